"""Failed refunds, put before a person."""

from flask import Blueprint, flash, render_template, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.access import acting
from disputes.web.policy import policy
from disputes.workflows.roles import DESK

from . import queries, service

bp = Blueprint("refunds", __name__)


@bp.route("/desk/refunds")
@policy(*DESK)
def index() -> str:
    """What the provider refused, oldest first."""
    return render_template("refunds/index.html", rows=queries.failed(current_user))


@bp.route("/cases/<case_id>/refunds/retry", methods=["POST"])
@policy(*DESK, on="case")
def retry(case_id: str) -> Response:
    """Send a case's failed refunds again."""
    with acting(case_id, *DESK) as turn:
        count = service.retry(turn)
    flash(ngettext("%(num)s refund is on its way again.", "%(num)s refunds are on their way again.", count), "done")
    return redirect(url_for("refunds.index"), 303)
