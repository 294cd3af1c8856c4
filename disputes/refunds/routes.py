"""Failed refunds, put before a person."""

from flask import Blueprint, abort, flash, render_template, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.access import acting, case_for
from disputes.web.policy import policy
from disputes.workflows.roles import DESK, LEAD

from . import queries, service
from .forms import PaidForm

bp = Blueprint("refunds", __name__)


@bp.route("/desk/refunds")
@policy(*DESK)
def index() -> str:
    """What the provider refused, or did not answer, oldest first; and what we owe."""
    return render_template(
        "refunds/index.html", rows=queries.failed(current_user), owed=queries.owed(current_user),
        unanswered=queries.unanswered(current_user), buyers=queries.owed_to_buyers(current_user),
    )  # fmt: skip


@bp.route("/cases/<case_id>/refunds/retry", methods=["POST"])
@policy(*DESK, on="case")
def retry(case_id: str) -> Response:
    """Send a case's failed refunds again."""
    with acting(case_id, *DESK) as turn:
        count = service.retry(turn)
    flash(ngettext("%(num)s refund is on its way again.", "%(num)s refunds are on their way again.", count), "done")
    return redirect(url_for("refunds.index"), 303)


@bp.route("/cases/<case_id>/refunds/ask", methods=["POST"])
@policy(*DESK, on="case")
def ask(case_id: str) -> Response:
    """Ask the provider again about a case's refunds that it did not answer."""
    with acting(case_id, *DESK) as turn:
        service.ask_again(turn)
    flash(gettext("The provider is asked again now."), "done")
    return redirect(url_for("refunds.index"), 303)


@bp.route("/cases/<case_id>/refunds/paid", methods=["POST"])
@policy(LEAD, on="case")
def paid(case_id: str) -> Response:
    """Confirm that a seller was paid what the platform owed."""
    form = _paid(case_id)
    with acting(case_id, LEAD) as turn:
        service.confirm_paid(turn, outcome_id=int(form.of.data or 0), reference=form.reference.data or "")
    flash(gettext("Noted as paid."), "done")
    return redirect(url_for("refunds.index"), 303)


@bp.route("/cases/<case_id>/refunds/by-hand", methods=["POST"])
@policy(LEAD, on="case")
def by_hand(case_id: str) -> Response:
    """Note that a buyer was paid another way what the provider will not send."""
    form = _paid(case_id)
    with acting(case_id, LEAD) as turn:
        service.pay_by_hand(turn, refund_id=int(form.of.data or 0), reference=form.reference.data or "")
    flash(gettext("Noted as paid."), "done")
    return redirect(url_for("refunds.index"), 303)


def _paid(case_id: str) -> PaidForm:
    """What a lead noted; 400 when it is not whole."""
    form = PaidForm()
    case_for(case_id, LEAD)
    if not form.validate_on_submit() or not (form.of.data or "").isdecimal():
        abort(400)
    return form
