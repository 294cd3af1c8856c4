"""Pages for staff: what banks took back and until when they wait, payments that are frozen, plans and approvals."""

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.casefile.build import page_of
from disputes.db import db
from disputes.effects.payment_moves import choices, plan_digest
from disputes.models import Chargeback
from disputes.text import N_, Text
from disputes.web import errors
from disputes.web.keyset import after, page
from disputes.web.policy import policy
from disputes.web.tabs import tabs_of
from disputes.workflows import WORKFLOWS
from disputes.workflows.chargeback import WAITS
from disputes.workflows.core import Refused
from disputes.workflows.roles import DESK, INSIDE, LEAD

from . import queries, service
from .access import Turn, acting_on, record_for
from .forms import PLANS, ApproveForm, ContestForm, ExcessForm
from .reasons import REASONS

bp = Blueprint("chargebacks", __name__, url_prefix="/desk/chargebacks")
TABS = {"open": N_("Open"), "closed": N_("Closed")}
SHUT = Text(N_("This step is not open to you now."))


@bp.route("")
@policy(*INSIDE)
def index() -> str:
    """What waits for people, then all chargebacks of the reader's shops."""
    tab = request.args.get("tab", "open")
    if tab not in TABS:
        abort(404)
    listed = queries.ended if tab == "closed" else queries.waiting
    shown, cursor = page(db.session.execute(listed(current_user, after())).all(), queries.place)
    return render_template(
        "chargebacks/index.html", rows=shown, excesses=queries.excesses(current_user), workflows=WORKFLOWS, waits=WAITS,
        tabs=tabs_of("chargebacks.index", TABS, tab), is_open=tab == "open",
        more_url=url_for("chargebacks.index", tab=tab, after=cursor) if cursor else None,
    )  # fmt: skip


@bp.route("/<record_id>")
@policy(*INSIDE, on="chargeback")
def show(record_id: str) -> str:
    """Everything about one chargeback or freeze."""
    turn = record_for(record_id, *INSIDE)
    return render_template("chargebacks/show.html", **_about(turn), back_url=url_for("chargebacks.index"))


@bp.route("/<record_id>/plan", methods=["GET", "POST"])
@policy(*DESK, on="chargeback")
def plan(record_id: str) -> Response | str | tuple[str, int]:
    """Say what should follow."""
    turn, form = record_for(record_id, *DESK), _form(record_id)
    if not form.validate_on_submit():
        return _plan_page(turn, form)
    with acting_on(record_id, *DESK) as turn:
        exhibits = form.exhibits.data or () if isinstance(form, ContestForm) else ()
        service.plan(turn, plan=form.plan.data, words=form.words.data, exhibits=exhibits)
    flash(gettext("Written. A second person must agree before anything happens."), "done")
    return redirect(url_for("chargebacks.show", record_id=record_id), 303)


@bp.route("/<record_id>/approve", methods=["POST"])
@policy(LEAD, on="chargeback")
def approve(record_id: str) -> Response:
    """Agree to the plan that was read."""
    form = ApproveForm()
    record_for(record_id, LEAD)
    if not form.validate_on_submit():
        abort(400)
    with acting_on(record_id, LEAD) as turn:
        service.approve(turn, read=form.read.data or "")
    flash(gettext("Approved. It is on its way."), "done")
    return redirect(url_for("chargebacks.show", record_id=record_id), 303)


@bp.route("/<record_id>/send-back", methods=["POST"])
@policy(LEAD, on="chargeback")
def send_back(record_id: str) -> Response:
    """Do not agree."""
    with acting_on(record_id, LEAD) as turn:
        service.send_back(turn)
    return redirect(url_for("chargebacks.show", record_id=record_id), 303)


def _form(record_id: str) -> ContestForm | ExcessForm:
    record = record_for(record_id, *DESK).record
    if not isinstance(record, Chargeback):
        return ExcessForm(obj=record)
    form = ContestForm(obj=record)
    form.offer(queries.exhibits(record))
    return form


def _plan_page(turn: Turn, form: ContestForm | ExcessForm) -> Response | str | tuple[str, int]:
    """The form; asked for by its address while its step is shut, the reason in its place."""
    shown = {step.page: reason for step, reason in choices(turn.record, turn.actor)}
    back = url_for("chargebacks.show", record_id=turn.record.public_id)
    reason = shown.get("chargebacks.plan", SHUT)
    if request.method != "POST" and reason is not None:
        return errors.conflict(Refused(reason), back_url=back)
    form.seen_version.data = form.seen_version.data or turn.record.version
    html = render_template("chargebacks/plan.html", form=form, back_url=back, **_about(turn))
    return (html, 422) if form.errors else html


def _about(turn: Turn) -> dict[str, object]:
    record = turn.record
    table = WORKFLOWS[record.__tablename__]
    sent = record.exhibits if isinstance(record, Chargeback) else []
    return {
        "r": record, "whole": queries.whole(record), "shop": turn.shop, "plans": PLANS,
        "is_chargeback": isinstance(record, Chargeback), "reasons": REASONS, "waits": WAITS,
        "state": table.by_name[record.state],
        "steps": table.by_trigger, "refund_states": WORKFLOWS["refund"].by_name,
        "doing": choices(record, turn.actor), "digest": plan_digest(record),
        "case_url": lambda case: page_of(case, turn.actor.role),
        "read": [one for one in queries.exhibits(record) if one.id in sent],
    }  # fmt: skip
