"""Payments to check: the list, one order, and what becomes of it."""

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.effects.screening_facts import pack_of
from disputes.effects.screening_moves import choices
from disputes.text import N_, Text
from disputes.web import errors
from disputes.web.formats import say
from disputes.web.keyset import after, page
from disputes.web.policy import policy
from disputes.web.tabs import tabs_of
from disputes.workflows.core import Refused
from disputes.workflows.roles import DESK
from disputes.workflows.screening import SCREENING

from . import queries, service
from .access import Turn, acting_on, screening_for
from .forms import DeclineForm, InvoiceForm

bp = Blueprint("screening", __name__, url_prefix="/desk/payments")
TABS = {"check": N_("To check"), "open": N_("Money on its way"), "done": N_("Done")}
DOES = {"accept": "screening.accept", "return_again": "screening.again"}  # one click is enough
Page = Response | str | tuple[str, int]


@bp.route("")
@policy(*DESK)
def index() -> str:
    """The orders of the reader's shops whose payment a person looks at."""
    tab = request.args.get("tab", "check")
    if tab not in TABS:
        abort(404)
    shown, cursor = page(
        queries.listed(current_user, tab, after()), lambda row: (row.screening.came_at, row.screening.id)
    )
    more = url_for("screening.index", tab=tab, after=cursor) if cursor else None
    tabs = tabs_of("screening.index", TABS, tab)
    return render_template("screening/index.html", rows=shown, tabs=tabs, more_url=more, states=SCREENING.by_name)


@bp.route("/<screening_id>")
@policy(*DESK, on="screening")
def show(screening_id: str) -> str:
    """One order: what is known, what the rules say, what can be done."""
    turn = screening_for(screening_id)
    return render_template("screening/show.html", **_about(turn))


@bp.route("/<screening_id>/accept", methods=["POST"])
@policy(*DESK, on="screening")
def accept(screening_id: str) -> Response:
    """Accept the order as it was paid."""
    screening_for(screening_id)
    with acting_on(screening_id) as turn:
        turn.take("accept")
    flash(gettext("The order is accepted."), "done")
    return redirect(url_for("screening.index"), 303)


@bp.route("/<screening_id>/again", methods=["POST"])
@policy(*DESK, on="screening")
def again(screening_id: str) -> Response:
    """Send back once more what the bank refused."""
    screening_for(screening_id)
    with acting_on(screening_id) as turn:
        turn.take("return_again")
    flash(gettext("It is on its way again."), "done")
    return redirect(url_for("screening.show", screening_id=screening_id), 303)


@bp.route("/<screening_id>/invoice", methods=["GET", "POST"])
@policy(*DESK, on="screening")
def invoice(screening_id: str) -> Page:
    """Send back what was paid, and ask for it by invoice."""
    turn, form = screening_for(screening_id), InvoiceForm()
    if not form.validate_on_submit() or not _fits(turn, form):
        return _form(turn, form, "ask_invoice", "screening/invoice.html")
    with acting_on(screening_id) as turn:
        service.ask_invoice(turn, words=form.words.data)
    flash(gettext("The money goes back. When it is there, the buyer gets the invoice."), "done")
    return redirect(url_for("screening.show", screening_id=screening_id), 303)


@bp.route("/<screening_id>/decline", methods=["GET", "POST"])
@policy(*DESK, on="screening")
def decline(screening_id: str) -> Page:
    """Decline the order; all that was paid goes back."""
    turn, form = screening_for(screening_id), DeclineForm()
    if not form.validate_on_submit():
        return _form(turn, form, "decline", "screening/decline.html")
    with acting_on(screening_id) as turn:
        turn.take("decline")
    flash(gettext("The order is declined. All of it goes back, and the buyer is told."), "done")
    return redirect(url_for("screening.show", screening_id=screening_id), 303)


def _fits(turn: Turn, form: InvoiceForm) -> bool:
    if (verdict := service.unfit(turn, form.words.data)) is None:
        return True
    form.words.errors = [f"{say(verdict.reason)} ({', '.join(verdict.clauses)})"]
    return False


def _about(turn: Turn) -> dict[str, object]:
    shown = choices(turn.screening, turn.shop, turn.actor, turn.received_at)
    return {
        "row": queries.one(turn.screening), "payments": queries.payments(turn.order),
        "lines": queries.lines(turn.order), "refunds": queries.refunds(turn.screening),
        "state": SCREENING.by_name[turn.screening.state], "rules": queries.rules(pack_of(turn.screening, turn.shop)),
        "doing": [(step, reason, DOES.get(step.trigger)) for step, reason in shown],
        "back_url": url_for("screening.index"),
    }  # fmt: skip


def _form(turn: Turn, form: FlaskForm, trigger: str, template: str) -> Page:
    """A form about an order; asked for by its address while its step is shut, the reason in its place."""
    back = url_for("screening.show", screening_id=turn.screening.public_id)
    found = {step.trigger: reason for step, reason in choices(turn.screening, turn.shop, turn.actor, turn.received_at)}
    label = Text(SCREENING.by_name[turn.screening.state].label)
    shut = found.get(trigger, Text(N_("That can't be done now: %(state)s."), {"state": label}))
    if request.method != "POST" and shut:
        return errors.conflict(Refused(shut), back_url=back)
    form.seen_version.data = form.seen_version.data or turn.screening.version
    html = render_template(template, form=form, row=queries.one(turn.screening), back_url=back)
    return (html, 422) if form.errors else html
