"""A party's cases: the list, the page, one-click steps, closing one and taking it up again."""

from flask import Blueprint, abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.access import acting, case_for
from disputes.casefile.build import case_view, page_of
from disputes.casefile.conflict import conflict
from disputes.casefile.forms import EvidenceForm, MessageForm
from disputes.casefile.pages import Page, form_page
from disputes.casefile.rows import rows
from disputes.steps import Refused
from disputes.web.keyset import after, page
from disputes.web.policy import policy
from disputes.workflows.case import CASE
from disputes.workflows.roles import BUYER, DESK, PARTIES

from . import queries, service
from .forms import CloseForm

bp = Blueprint("cases", __name__)
# Steps the message box on the page can take, the most pressing last.
WRITES = ("ask", "answer", "reply", "answer_info", "comment")


@bp.app_errorhandler(Refused)
def refused(error: Refused) -> tuple[str, int]:
    """Whoever came second sees why and what happened meanwhile, with every word they typed."""
    return conflict(error)


@bp.route("/cases")
@policy()
def index() -> str:
    """The reader's own cases as a buyer."""
    found = rows(queries.cases_of_buyer(current_user, after()), BUYER)
    shown, cursor = page(found, lambda row: (row.opened_at, row.cursor[1]))
    more = url_for("cases.index", after=cursor) if cursor else None
    return render_template("cases/index.html", rows=shown, more_url=more)


@bp.route("/cases/<case_id>")
@policy(*PARTIES, on="case")
def show(case_id: str) -> str:
    """A case, for the buyer or a member of the seller."""
    turn = case_for(case_id, *PARTIES)
    view = case_view(turn)
    open_steps = {choice.trigger: choice for choice in view.choices if choice.refused is None}
    if writes := [open_steps[trigger] for trigger in WRITES if trigger in open_steps]:
        view.message_form, view.message_url = MessageForm(seen_version=view.version), writes[-1].url
    if "add_evidence" in open_steps:
        view.evidence_form, view.evidence_url = EvidenceForm(seen_version=view.version), open_steps["add_evidence"].url
    return render_template("cases/show.html", view=view, side=turn.actor.role, now=turn.now)


@bp.route("/cases/<case_id>/do/<trigger>", methods=["POST"])
@policy(*PARTIES, *DESK, on="case")
def do(case_id: str, trigger: str) -> Response:
    """Take a step that needs nothing but the click. Steps with a page of their own are not taken here."""
    step = CASE.by_trigger.get(trigger)
    if step is None or step.page is not None:
        abort(404)
    with acting(case_id, *PARTIES, *DESK) as turn:
        turn.take(trigger)
    return redirect(page_of(turn.case, turn.actor.role), 303)


@bp.route("/cases/<case_id>/close", methods=["GET", "POST"])
@policy(BUYER, on="case")
def close(case_id: str) -> Page:
    """Close my case, after a page that says until when it can be undone."""
    if not CloseForm().validate_on_submit():
        turn = case_for(case_id, BUYER)
        view = case_view(turn)
        until = service.undo_until(turn)
        form = CloseForm(seen_version=view.version)
        return form_page("cases/close.html", view, form, undo_until=until)
    with acting(case_id, BUYER) as turn:
        service.drop_case(turn)
    flash(gettext("Your case is closed. You can take it up again for a while."), "done")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.route("/cases/<case_id>/resume", methods=["POST"])
@policy(BUYER, on="case")
def resume(case_id: str) -> Response:
    """Take my case up again where it stood."""
    with acting(case_id, BUYER) as turn:
        service.resume(turn)
    return redirect(url_for("cases.show", case_id=case_id), 303)
