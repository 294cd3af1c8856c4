"""The desk: the queue, taking the next case, one case with everything on it, and callers."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.access import Turn, case_for
from disputes.auth.reading import note_reading
from disputes.casefile.build import view_of
from disputes.casefile.facts import fact_rows
from disputes.casefile.mails import mails_of
from disputes.casefile.money import money_of
from disputes.casefile.others import others_of
from disputes.casefile.read import read, things_read
from disputes.casefile.rows import rows
from disputes.db import writing
from disputes.moment import real_now
from disputes.steps import Refused, lock_case
from disputes.text import N_, Text
from disputes.web.formats import reader_zone
from disputes.web.keyset import after, page
from disputes.web.policy import policy
from disputes.web.tabs import tabs_of
from disputes.workflows.roles import DESK, LEAD

from . import queries, service
from .forms import CallerForm

bp = Blueprint("desk", __name__, url_prefix="/desk")
TABS = {
    "safety": N_("Safety"),
    "decide": N_("To decide"),
    "mine": N_("Mine"),
    "approve": N_("To approve"),
    "waiting": N_("Waiting"),
    "paying": N_("Decided, under way"),
}
EMPTY = Text(N_("There is no case to take: the queue is empty, or somebody was quicker."))
NOT_YOURS = Text(N_("You do not hold this case any more."))
HELD = Text(N_("Somebody else has just taken this case."))


@dataclass(frozen=True)
class Claim:
    """Who holds a case until when."""

    by: str | None
    until: datetime
    mine: bool
    release_url: str | None


@bp.route("")
@policy(*DESK)
def queue() -> str:
    """Open cases of the reader's shops, the most pressing first."""
    tab = request.args.get("tab", "decide")
    if tab not in TABS:
        abort(404)
    found = rows(queries.queue(current_user, tab, after()), DESK[0])
    shown, cursor = page(found, lambda row: row.cursor)
    more = url_for("desk.queue", tab=tab, after=cursor) if cursor else None
    return render_template(
        "desk/queue.html", rows=shown, more_url=more, take_url=url_for("desk.take"), filters=None,
        tabs=tabs_of("desk.queue", TABS, tab),
    )  # fmt: skip


@bp.route("/next", methods=["POST"])
@policy(*DESK)
def take() -> Response:
    """Claim the most pressing case nobody holds."""
    with writing():
        case_id = service.take_next(current_user)
        if case_id is None:
            raise Refused(EMPTY)
    return redirect(url_for("desk.show", case_id=case_id), 303)


@bp.route("/cases/<case_id>")
@policy(*DESK, on="case")
def show(case_id: str) -> str:
    """Everything about one case on one page."""
    turn = case_for(case_id, *DESK)
    raw = read(turn)
    claim = _claim(turn)
    claim_url = url_for("desk.claim", case_id=case_id) if claim is None and turn.case.is_open else None
    html = render_template(
        "desk/show.html", view=view_of(raw), sums=money_of(turn.case), claim=claim, claim_url=claim_url,
        facts=fact_rows(raw), mails=mails_of(turn.case), others=others_of(turn.case, turn.actor.role),
        back_url=url_for("desk.queue"), now=turn.now, lead=turn.actor.role == LEAD,
    )  # fmt: skip
    note_reading(turn.case.id, turn.actor.role, things_read(raw))
    return html


@bp.route("/cases/<case_id>/claim", methods=["POST"])
@policy(*DESK, on="case")
def claim(case_id: str) -> Response:
    """Hold one case for a while."""
    turn = case_for(case_id, *DESK)
    with writing():
        locked = lock_case(case_id)
        if locked is None or not service.claim(locked[0], current_user.id):
            refused = Refused(HELD)
            refused.case = turn.case.public_id
            raise refused
    return redirect(url_for("desk.show", case_id=case_id), 303)


@bp.route("/cases/<case_id>/release", methods=["POST"])
@policy(*DESK, on="case")
def release(case_id: str) -> Response:
    """Put a case back into the queue."""
    case_for(case_id, *DESK)
    with writing():
        locked = lock_case(case_id)
        if locked is None or not service.release(locked[0], current_user.id):
            raise Refused(NOT_YOURS)
    flash(gettext("The case is back in the queue."), "done")
    return redirect(url_for("desk.queue"), 303)


@bp.route("/phone")
@policy(*DESK)
def phone() -> str:
    """Find a caller's order; the time of the call counts as the time of the complaint."""
    form = CallerForm(request.args)
    searched = "q" in request.args and form.validate()
    if not searched:
        form.call.data = form.call.data or real_now().astimezone(ZoneInfo(reader_zone()))
        return render_template("desk/phone.html", form=form, orders=None)
    called = form.call.data.replace(tzinfo=ZoneInfo(reader_zone())).isoformat()
    found = queries.find_orders(current_user, form.q.data)
    orders = [replace(o, file_url=url_for("filings.new", order_id=o.public_id, call=called)) for o in found]
    return render_template("desk/phone.html", form=form, orders=orders)


def _claim(turn: Turn) -> Claim | None:
    case = turn.case
    if case.assignee_id is None or case.claimed_until is None or case.claimed_until <= real_now():
        return None
    mine = case.assignee_id == current_user.id
    back = url_for("desk.release", case_id=case.public_id) if mine else None
    return Claim(None if mine else queries.name_of(case.assignee_id), case.claimed_until, mine, back)
