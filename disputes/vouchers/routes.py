"""Goodwill vouchers of a case."""

from flask import Blueprint, abort, flash, render_template, url_for
from flask_babel import gettext
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.access import Turn, acting, case_for
from disputes.text import N_
from disputes.web.formats import say
from disputes.web.policy import policy
from disputes.workflows.roles import DESK, LEAD

from . import service
from .forms import VoucherForm

bp = Blueprint("vouchers", __name__)
NO_AMOUNT = N_("Please enter an amount like 12 or 12.50.")


@bp.route("/desk/cases/<case_id>/voucher", methods=["GET", "POST"])
@policy(*DESK, on="case")
def new(case_id: str) -> Response | str | tuple[str, int]:
    """Give the buyer a voucher."""
    turn, form = case_for(case_id, *DESK), VoucherForm()
    amount = form.amount.minor(turn.case.currency) if form.validate_on_submit() else None
    if amount is None:
        return _form(turn, form)
    if not form.number.data.isdecimal() or len(form.number.data) > 9:
        abort(400)
    with acting(case_id, *DESK, words=form.words.data) as turn:
        given = service.give(turn, number=int(form.number.data), amount_minor=amount, words=form.words.data)
        waits = given.state == "waiting"
    flash(gettext("A lead must approve it.") if waits else gettext("The voucher is given."), "done")
    return redirect(url_for("desk.show", case_id=case_id), 303)


def _form(turn: Turn, form: VoucherForm) -> str | tuple[str, int]:
    if form.is_submitted() and not form.amount.errors:
        form.amount.errors = [say(NO_AMOUNT)] if form.amount.minor(turn.case.currency) is None else []
    form.seen_version.data = form.seen_version.data or turn.case.version
    form.number.data = form.number.data or str(service.next_number(turn.case.id))
    back = url_for("desk.show", case_id=turn.case.public_id)
    html = render_template("vouchers/new.html", form=form, case=turn.case, shop=turn.shop, back_url=back)
    return (html, 422) if form.is_submitted() else html


@bp.route("/desk/cases/<case_id>/vouchers/<voucher_id>/approve", methods=["POST"])
@policy(LEAD, on="case")
def approve(case_id: str, voucher_id: str) -> Response:
    """A lead gives what somebody else wrote."""
    case_for(case_id, LEAD)
    with acting(case_id, LEAD) as turn:
        service.answer(turn, voucher_id, approve=True)
    flash(gettext("The voucher is given."), "done")
    return redirect(url_for("desk.show", case_id=case_id), 303)


@bp.route("/desk/cases/<case_id>/vouchers/<voucher_id>/turn-down", methods=["POST"])
@policy(LEAD, on="case")
def turn_down(case_id: str, voucher_id: str) -> Response:
    """A lead does not give it."""
    case_for(case_id, LEAD)
    with acting(case_id, LEAD) as turn:
        service.answer(turn, voucher_id, approve=False)
    flash(gettext("The voucher is not given."), "done")
    return redirect(url_for("desk.show", case_id=case_id), 303)
