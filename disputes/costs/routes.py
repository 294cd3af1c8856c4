"""The costs of a case: recorded, corrected, paid back to the buyer."""

from flask import Blueprint, abort, flash, request, url_for
from flask_babel import gettext
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.access import acting, case_for
from disputes.casefile.build import case_view
from disputes.casefile.costs import preview
from disputes.casefile.pages import Page, form_page
from disputes.casefile.views import CostView
from disputes.web.policy import policy
from disputes.workflows.roles import DESK, LEAD

from . import service
from .forms import CostForm, PaidForm

bp = Blueprint("costs", __name__)


@bp.route("/cases/<case_id>/costs", methods=["GET", "POST"])
@policy(*DESK, on="case")
def index(case_id: str) -> Page:
    """What is recorded, and recording another."""
    return _write(case_id, None)


@bp.route("/cases/<case_id>/costs/<int:cost_id>", methods=["GET", "POST"])
@policy(*DESK, on="case")
def correct(case_id: str, cost_id: int) -> Page:
    """Put an entry right by another in its place."""
    return _write(case_id, cost_id)


@bp.route("/cases/<case_id>/costs/paid", methods=["POST"])
@policy(LEAD, on="case")
def paid(case_id: str) -> Response:
    """Note that the buyer was paid by hand."""
    form = PaidForm()
    case_for(case_id, LEAD)
    if not form.validate_on_submit():
        abort(400)
    with acting(case_id, LEAD) as turn:
        service.pay(turn, amount_minor=form.amount.data, reference=form.reference.data)
    flash(gettext("Noted as paid."), "done")
    return redirect(url_for("refunds.index"), 303)


def _write(case_id: str, corrects: int | None) -> Page:
    turn = case_for(case_id, *DESK)
    view = case_view(turn)
    before = next((cost for cost in view.costs if cost.id == corrects and not cost.corrected), None)
    if corrects is not None and before is None:
        abort(404)
    form = CostForm(seen_version=view.version)
    form.offer(view, corrects=before is not None)
    if before is not None and not form.is_submitted():
        _fill(form, before)
    spent = form.spent(view.currency) if form.validate_on_submit() else None
    found = service.who_bears(turn.case, spent) if spent else None
    if found:
        form.agree(found)
    if spent is None or form.errors or request.form.get("do") == "check":
        told = preview(found, view.currency) if found else None
        return form_page("costs/index.html", view, form, also=("record_cost",), told=told, corrects=before)
    with acting(case_id, *DESK) as turn:
        service.record(turn, spent, corrects=corrects)
    flash(gettext("Recorded. Whom it concerns sees it in the case."), "done")
    return redirect(url_for("costs.index", case_id=case_id), 303)


def _fill(form: CostForm, before: CostView) -> None:
    form.line.data, form.laid_out_by.data = before.line, before.laid_out_by
    form.amount.show(before.amount_minor, before.currency)
    form.exhibit.data = str(before.exhibit.no) if before.exhibit else ""
