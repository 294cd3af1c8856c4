"""A restriction's pages: its subject's, with the appeal, and the desk's."""

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.reading import RESTRICTION as READ
from disputes.auth.reading import note_reading
from disputes.casefile.build import page_of
from disputes.casefile.words import GROUNDS
from disputes.db import db
from disputes.effects.house_moves import choices
from disputes.text import N_, Text
from disputes.web import errors
from disputes.web.keyset import after, page
from disputes.web.policy import policy
from disputes.web.scopes import SCOPES
from disputes.web.tabs import tabs_of
from disputes.workflows.core import Refused
from disputes.workflows.restriction import RESTRICTION
from disputes.workflows.roles import DESK, INSIDE, LEAD, PARTIES

from . import queries, service
from .access import Turn, acting_on, restriction_for
from .forms import AnswerForm, AppealForm, LiftForm

bp = Blueprint("restrictions", __name__)
TABS = {"in_force": N_("In force"), "appealed": N_("Under appeal"), "ended": N_("Ended")}
Page = Response | str | tuple[str, int]


@bp.route("/restrictions/<restriction_id>")
@policy(*PARTIES, on="restriction")
def show(restriction_id: str) -> str:
    """What is shut, until when and why, for whom it is shut."""
    turn = restriction_for(restriction_id, *PARTIES)
    return render_template("restrictions/show.html", **_about(turn))


@bp.route("/restrictions/<restriction_id>/appeal", methods=["GET", "POST"])
@policy(*PARTIES, on="restriction")
def appeal(restriction_id: str) -> Page:
    """Appeal against it."""
    turn, form = restriction_for(restriction_id, *PARTIES), AppealForm()
    if not form.validate_on_submit():
        return _form(turn, form, ("appeal",), N_("Appeal against the restriction"), N_("Send the appeal"))
    with acting_on(restriction_id, *PARTIES) as turn:
        service.appeal(turn, ground=form.ground.data, words=form.words.data)
    flash(gettext("Your appeal is with somebody who had no part in the decision."), "done")
    return redirect(url_for("restrictions.show", restriction_id=restriction_id), 303)


@bp.route("/desk/restrictions")
@policy(*INSIDE)
def index() -> str:
    """The restrictions of the reader's shops."""
    tab = request.args.get("tab", "in_force")
    if tab not in TABS:
        abort(404)
    found = db.session.execute(queries.listed(current_user, tab, after())).all()
    shown, cursor = page(found, lambda row: (row[0].changed_at, row[0].id))
    more = url_for("restrictions.index", tab=tab, after=cursor) if cursor else None
    tabs = tabs_of("restrictions.index", TABS, tab)
    return render_template("restrictions/index.html", rows=shown, tabs=tabs, more_url=more, states=RESTRICTION.by_name)


@bp.route("/desk/restrictions/<restriction_id>")
@policy(*INSIDE, on="restriction")
def inside(restriction_id: str) -> str:
    """The desk's page of a restriction."""
    turn = restriction_for(restriction_id, *INSIDE)
    html = render_template("restrictions/inside.html", **_about(turn), back_url=url_for("restrictions.index"))
    row = turn.restriction
    note_reading(row.case_id, turn.actor.role, [(READ, row.id)])
    return html


@bp.route("/desk/restrictions/<restriction_id>/answer", methods=["GET", "POST"])
@policy(*DESK, on="restriction")
def answer(restriction_id: str) -> Page:
    """Answer the appeal."""
    turn, form = restriction_for(restriction_id, *DESK), AnswerForm()
    whole, zone = queries.whole(turn.restriction), turn.shop.zone
    form.offer(whole, zone)
    if not form.validate_on_submit():
        return _form(turn, form, tuple(service.TAKES.values()), N_("Answer the appeal"), N_("Send the answer"))
    ends_at, scopes = form.ends_at(whole, zone), form.scopes.data
    with acting_on(restriction_id, *DESK) as turn:
        service.answer(turn, result=form.result.data, words=form.words.data, scopes=scopes, ends_at=ends_at)
    return redirect(url_for("restrictions.inside", restriction_id=restriction_id), 303)


@bp.route("/desk/restrictions/<restriction_id>/lift", methods=["GET", "POST"])
@policy(LEAD, on="restriction")
def lift(restriction_id: str) -> Page:
    """Lift it."""
    turn, form = restriction_for(restriction_id, LEAD), LiftForm()
    if not form.validate_on_submit():
        return _form(turn, form, ("lift",), N_("Lift the restriction"), N_("Lift it"))
    with acting_on(restriction_id, LEAD) as turn:
        service.lift(turn, words=form.words.data)
    flash(gettext("The restriction is lifted."), "done")
    return redirect(url_for("restrictions.inside", restriction_id=restriction_id), 303)


def _about(turn: Turn) -> dict[str, object]:
    whole = queries.whole(turn.restriction)
    shown = choices(turn.restriction, turn.actor, turn.received_at)
    return {
        "whole": whole, "r": turn.restriction, "shop": turn.shop, "labels": SCOPES, "now": turn.now,
        "state": RESTRICTION.by_name[turn.restriction.state], "side": turn.actor.role,
        "doing": {step.trigger: (step.label, reason, step.page) for step, reason in shown},
        "grounds": GROUNDS, "case_url": page_of(whole.case, turn.actor.role),
    }  # fmt: skip


def _form(turn: Turn, form: FlaskForm, triggers: tuple[str, ...], title: str, button: str) -> Page:
    """A form about a restriction; asked for by its address while its step is shut, the reason in its place."""
    subject = turn.actor.role in PARTIES
    endpoint = "restrictions.show" if subject else "restrictions.inside"
    back = url_for(endpoint, restriction_id=turn.restriction.public_id)
    if request.method != "POST" and (reason := _shut(turn, triggers)):
        return errors.conflict(Refused(reason), back_url=back)
    form.seen_version.data = form.seen_version.data or turn.restriction.version
    html = render_template("restrictions/write.html", form=form, title=title, button=button, back_url=back)
    return (html, 422) if form.errors else html


def _shut(turn: Turn, triggers: tuple[str, ...]) -> Text | None:
    found = {step.trigger: reason for step, reason in choices(turn.restriction, turn.actor, turn.received_at)}
    reasons = [found[trigger] for trigger in triggers if trigger in found]
    if None in reasons:
        return None
    label = Text(RESTRICTION.by_name[turn.restriction.state].label)
    return next(iter(reasons), None) or Text(N_("That can't be done now: %(state)s."), {"state": label})
