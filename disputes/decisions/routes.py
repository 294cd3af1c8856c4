"""Write a decision, look at what it will do, take it."""

from collections.abc import Sequence

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext
from werkzeug.utils import redirect

from disputes.auth.access import acting, case_for
from disputes.casefile.build import case_view
from disputes.casefile.money import effects_of, money_of
from disputes.casefile.pages import Page, form_page, write_page
from disputes.casefile.repay import whole_of
from disputes.casefile.ruling import verdict_views
from disputes.casefile.rulings import advice, citable_of
from disputes.casefile.views import CaseView, Point
from disputes.effects.measures import CANCEL
from disputes.text import N_
from disputes.verdicts import judge_again
from disputes.web.policy import policy
from disputes.workflows.roles import DESK, LEAD

from . import service
from .forms import ConfirmForm, DecisionForm, ReopenForm, SendBackForm

bp = Blueprint("decisions", __name__)
DECIDES = (*service.TAKES.values(), "restrict", "top_up")
ABOUT_DECIDING = ("ask_second", "return_draft")  # what is open instead, where deciding itself is shut


@bp.route("/cases/<case_id>/decision", methods=["GET", "POST"])
@policy(*DESK, on="case")
def edit(case_id: str) -> Page:
    """Write or change the draft."""
    turn = case_for(case_id, *DESK)
    view = case_view(turn)
    today = judge_again(turn.case).verdicts
    form = _form(view, turn.shop.zone, citable_of(today))
    asked = form.part(view) if form.validate_on_submit() else None
    borne = form.platform_minor(view.currency) if form.is_submitted() else 0
    if not form.is_submitted() or form.errors:
        return form_page(
            "decisions/edit.html", view, form, sums=money_of(turn.case), advice=advice(today, view.wished, turn.case),
            whole=whole_of(turn.case, turn.actor.role), verdicts=verdict_views(today, turn.actor.role),
        )  # fmt: skip
    drafted = service.Drafted(
        form.kind.data, asked.minor if asked else None, form.reasons.data, form.exhibits.data or (),
        form.clauses.data or (), cancel=form.cancel.data, restricts=form.restricts(turn.shop.zone), asked=asked,
        platform_minor=borne, fraud=form.fraud.data,
    )  # fmt: skip
    with acting(case_id, *DESK) as turn:
        service.draft(turn, drafted)
    return redirect(url_for("decisions.confirm", case_id=case_id), 303)


@bp.route("/cases/<case_id>/decide", methods=["GET", "POST"])
@policy(*DESK, on="case")
def confirm(case_id: str) -> Page:
    """Everything the decision will do, then the decision."""
    if ConfirmForm().validate_on_submit():
        with acting(case_id, *DESK) as turn:
            service.decide(turn, digest=request.form.get("digest", ""))
        return redirect(url_for("desk.show", case_id=case_id), 303)
    view = case_view(case_for(case_id, *DESK))
    form = ConfirmForm(seen_version=view.version, digest=view.draft.digest if view.draft else "")
    if view.draft is None:
        return redirect(url_for("decisions.edit", case_id=case_id), 303)
    return form_page(
        "decisions/confirm.html", view, form, also=ABOUT_DECIDING, draft=view.draft, effects=effects_of(view),
        choices=[choice for choice in view.choices if choice.trigger in (*DECIDES, *ABOUT_DECIDING)], decides=DECIDES,
        confirm_url=url_for("decisions.confirm", case_id=case_id), back_url=url_for("decisions.edit", case_id=case_id),
    )  # fmt: skip


@bp.route("/cases/<case_id>/decide/second", methods=["POST"])
@policy(*DESK, on="case")
def second(case_id: str) -> Page:
    """Ask a second person for the draft as it stands."""
    with acting(case_id, *DESK) as turn:
        service.ask_second(turn)
    flash(gettext("A lead has been asked. You can take another case meanwhile."), "done")
    return redirect(url_for("desk.show", case_id=case_id), 303)


@bp.route("/cases/<case_id>/decide/back", methods=["GET", "POST"])
@policy(LEAD, on="case")
def send_back(case_id: str) -> Page:
    """Do not approve the draft, and say why."""
    view = case_view(case_for(case_id, LEAD))
    form = SendBackForm(seen_version=view.version)
    if not form.validate_on_submit():
        return write_page(view, form, N_("Send the draft back"), N_("Send it back"))
    with acting(case_id, LEAD) as turn:
        service.send_back(turn, words=form.words.data)
    return redirect(view.url, 303)


@bp.route("/cases/<case_id>/decide/propose", methods=["POST"])
@policy(*DESK, on="case")
def propose(case_id: str) -> Page:
    """Show both sides the draft first."""
    with acting(case_id, *DESK) as turn:
        service.propose_draft(turn)
    return redirect(url_for("desk.show", case_id=case_id), 303)


@bp.route("/cases/<case_id>/reopen", methods=["GET", "POST"])
@policy(LEAD, on="case")
def reopen(case_id: str) -> Page:
    """Take a closed case up again, and say why."""
    view = case_view(case_for(case_id, LEAD))
    form = ReopenForm(seen_version=view.version)
    if not form.validate_on_submit():
        return write_page(view, form, N_("Take the case up again"), N_("Take it up"))
    with acting(case_id, LEAD) as turn:
        service.reopen(turn, words=form.words.data)
    return redirect(view.url, 303)


def _form(view: CaseView, zone: str, today: Sequence[Point]) -> DecisionForm:
    """The form with the draft in it, if there is one."""
    form = DecisionForm(seen_version=view.version)
    form.offer(view, today)
    if not form.is_submitted() and view.draft:
        form.kind.data, form.reasons.data = view.draft.kind, view.draft.reasons
        form.exhibits.data = [exhibit.no for exhibit in view.draft.exhibits]
        form.clauses.data = list(view.draft.clauses)
        if view.draft.repayment:
            form.show(view.draft.repayment.sum)
        form.platform.show(view.draft.platform_minor or None, view.currency)
        form.fraud.data = view.draft.fraud
        form.cancel.data = any(outcome.kind == CANCEL for outcome in view.draft.outcomes)
        for planned in (outcome.restriction for outcome in view.draft.outcomes):
            if planned is not None:
                form[planned.side].form.show(planned, zone)
    return form
