"""Report a message; look at what was reported."""

from flask import Blueprint, flash
from flask_babel import gettext
from werkzeug.utils import redirect

from disputes.auth.access import acting, case_for
from disputes.casefile.build import case_view
from disputes.casefile.pages import Page, write_page
from disputes.text import N_
from disputes.web.policy import policy
from disputes.workflows.roles import DESK, PARTIES

from . import service
from .forms import JudgeForm, ReportForm

bp = Blueprint("reports", __name__)


@bp.route("/cases/<case_id>/report", methods=["GET", "POST"])
@policy(*PARTIES, on="case")
def new(case_id: str) -> Page:
    """Report what the other side wrote."""
    turn = case_for(case_id, *PARTIES)
    view = case_view(turn)
    form = ReportForm(seen_version=view.version)
    form.offer(service.reportable(turn))
    if not form.validate_on_submit():
        return write_page(view, form, N_("Report a message"), N_("Report it"))
    with acting(case_id, *PARTIES) as turn:
        service.report(turn, message_id=form.message.data, reason=form.reason.data, words=form.words.data or "")
    flash(gettext("Thank you. The message is hidden, and a person looks at it first thing."), "done")
    return redirect(view.url, 303)


@bp.route("/cases/<case_id>/report/judge", methods=["GET", "POST"])
@policy(*DESK, on="case")
def judge(case_id: str) -> Page:
    """Keep reported messages hidden, or show them again."""
    view = case_view(case_for(case_id, *DESK))
    form = JudgeForm(seen_version=view.version)
    if not form.validate_on_submit():
        return write_page(view, form, N_("Look at the reported message"), N_("Done"))
    with acting(case_id, *DESK) as turn:
        service.judge_report(turn, keep_hidden=form.result.data == "hide", words=form.words.data)
    return redirect(view.url, 303)
