"""Referrals: the list, writing one, approving it, handing it over. Nobody but the desk and auditors reads these."""

from pathlib import Path

from flask import Blueprint, abort, current_app, flash, render_template, request, send_file, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from disputes.auth.access import acting, case_for
from disputes.auth.reading import BUNDLE, note_reading
from disputes.casefile.build import case_view
from disputes.casefile.pages import Page
from disputes.storage.bag import path_of
from disputes.text import N_
from disputes.web.configure import settings_of
from disputes.web.keyset import after, page
from disputes.web.policy import policy
from disputes.web.tabs import tabs_of
from disputes.workflows.roles import DESK, INSIDE, LEAD

from . import queries, service
from .forms import AnswerForm, EmergencyForm, ReferralForm, ReviewForm, WordsForm
from .pages import back, choices, deed, form_page, load, noted, url_of, with_words

bp = Blueprint("referrals", __name__, url_prefix="/desk")
TABS = {"open": N_("Open"), "closed": N_("Closed")}
ONE = "/cases/<case_id>/referrals/<referral_id>"
EMERGENCY = N_("Hand it over now: emergency")


@bp.route("/referrals")
@policy(*INSIDE)
def index() -> str:
    """What waits for the reader, then all referrals of their shops."""
    tab = request.args.get("tab", "open")
    if tab not in TABS:
        abort(404)
    found = queries.rows(queries.listed(current_user, tab == "closed", after()))
    shown, cursor = page(found, lambda row: (row.referral.changed_at, row.referral.id))
    return render_template(
        "referrals/index.html", rows=shown, waiting=queries.rows(queries.waiting(current_user), waits=True),
        leads=bool(current_user.lead_shops), tabs=tabs_of("referrals.index", TABS, tab),
        more_url=url_for("referrals.index", tab=tab, after=cursor) if cursor else None,
    )  # fmt: skip


@bp.route("/cases/<case_id>/referrals")
@policy(*INSIDE, on="case")
def of_case(case_id: str) -> Page:
    """A case's referrals: the way in from its page."""
    turn = case_for(case_id, *INSIDE)
    found = queries.of_case(turn.case)
    may_begin = turn.actor.role in DESK and not any(queries.is_open(referral) for referral in found)
    html = render_template(
        "referrals/of_case.html", view=case_view(turn), rows=queries.rows_of(turn, found), may_begin=may_begin
    )
    return noted(turn, found, html)


@bp.route("/cases/<case_id>/referrals/new", methods=["GET", "POST"])
@policy(*DESK, on="case")
def new(case_id: str) -> Page:
    """Write a referral."""
    view = case_view(case_for(case_id, *DESK))
    form = ReferralForm(seen_version=view.version)
    form.offer(view)
    if not form.validate_on_submit():
        html = render_template("referrals/edit.html", view=view, form=form, back_url=view.url)
        return html, 422 if form.errors else 200
    with acting(case_id, *DESK) as turn:
        made = service.draft(turn, form.content())
    return back(case_id, made.public_id)


@bp.route(ONE)
@policy(*INSIDE, on="referral")
def show(case_id: str, referral_id: str) -> Page:
    """Everything about one referral."""
    turn, referral = load(case_id, referral_id, *INSIDE)
    packed = referral.bundle_sha256 is not None and turn.actor.role == LEAD
    html = render_template(
        "referrals/show.html", referral=referral, view=case_view(turn), choices=choices(turn, referral),
        history=queries.history(referral), approvals=queries.approvals(referral), told=queries.told(referral),
        bundle_url=url_of("referrals.bundle", turn, referral) if packed else None, now=turn.now,
    )  # fmt: skip
    return noted(turn, [referral], html)


@bp.route(f"{ONE}/edit", methods=["GET", "POST"])
@policy(*DESK, on="referral")
def edit(case_id: str, referral_id: str) -> Page:
    """Change what it says: approvals given before are void."""
    turn, referral = load(case_id, referral_id, *DESK)
    view = case_view(turn)
    form = ReferralForm(seen_version=referral.version)
    form.offer(view, referral)
    if not form.validate_on_submit():
        return form_page("referrals/edit.html", turn, referral, form, view)
    with deed(case_id, referral_id, *DESK) as (turn, referral):
        service.edit(turn, referral, form.content())
    return back(case_id, referral_id)


@bp.route(f"{ONE}/propose", methods=["POST"])
@policy(*DESK, on="referral")
def propose(case_id: str, referral_id: str) -> Page:
    """Ask two leads to approve it."""
    with deed(case_id, referral_id, *DESK) as (turn, referral):
        service.propose(turn, referral, digest=request.args.get("read", ""))
    flash(gettext("It now waits for two leads. They find it under Referrals."), "done")
    return back(case_id, referral_id)


@bp.route(f"{ONE}/approve", methods=["POST"])
@policy(LEAD, on="referral")
def approve(case_id: str, referral_id: str) -> Page:
    """Approve the very content that was read."""
    with deed(case_id, referral_id, LEAD) as (turn, referral):
        service.approve(turn, referral, digest=request.args.get("read", ""))
    flash(gettext("Your approval is noted."), "done")
    return back(case_id, referral_id)


@bp.route(f"{ONE}/hand-over", methods=["POST"])
@policy(LEAD, on="referral")
def hand_over(case_id: str, referral_id: str) -> Page:
    """Pack what was approved, and note that it is handed over."""
    turn, referral = load(case_id, referral_id, LEAD)
    with service.packed(turn, referral, _folder()) as packed, deed(case_id, referral_id, LEAD) as (turn, referral):
        service.hand_over(turn, referral, packed)
    flash(gettext("The files are packed. Download them and hand them over yourself: nothing is sent."), "done")
    return back(case_id, referral_id)


@bp.route(f"{ONE}/emergency", methods=["GET", "POST"])
@policy(LEAD, on="referral")
def emergency(case_id: str, referral_id: str) -> Page:
    """Hand it over at once, alone, and say why."""
    turn, referral = load(case_id, referral_id, LEAD)
    form = EmergencyForm(seen_version=referral.version, digest=referral.digest)
    if not form.validate_on_submit():
        view = case_view(turn)
        return form_page("casefile/write.html", turn, referral, form, view, title=EMERGENCY, button=N_("Hand it over"))
    with service.packed(turn, referral, _folder()) as packed, deed(case_id, referral_id, LEAD) as (turn, referral):
        service.hand_over_urgently(turn, referral, packed, digest=form.digest.data, words=form.words.data)
    flash(gettext("The files are packed. Hand them over yourself; another lead reviews this within 24 hours."), "done")
    return back(case_id, referral_id)


@bp.route(f"{ONE}/send-back", methods=["GET", "POST"])
@policy(LEAD, on="referral")
def send_back(case_id: str, referral_id: str) -> Page:
    """Do not approve it, and say why."""
    return with_words(case_id, referral_id, (LEAD,), WordsForm, N_("Send it back"), service.send_back)


@bp.route(f"{ONE}/answer", methods=["GET", "POST"])
@policy(*DESK, on="referral")
def answer(case_id: str, referral_id: str) -> Page:
    """Note what the authority said."""
    return with_words(case_id, referral_id, DESK, AnswerForm, N_("The authority has answered"), service.answer)


@bp.route(f"{ONE}/close", methods=["GET", "POST"])
@policy(*DESK, on="referral")
def close(case_id: str, referral_id: str) -> Page:
    """Close it without an answer."""
    return with_words(case_id, referral_id, DESK, WordsForm, N_("Close it without an answer"), service.close)


@bp.route(f"{ONE}/withdraw", methods=["GET", "POST"])
@policy(*DESK, on="referral")
def withdraw(case_id: str, referral_id: str) -> Page:
    """Take it back."""
    return with_words(case_id, referral_id, DESK, WordsForm, N_("Withdraw it"), service.withdraw)


@bp.route(f"{ONE}/review", methods=["GET", "POST"])
@policy(LEAD, on="referral")
def review(case_id: str, referral_id: str) -> Page:
    """Say whether the emergency was one."""
    turn, referral = load(case_id, referral_id, LEAD)
    form = ReviewForm(seen_version=referral.version)
    if not form.validate_on_submit():
        view, title = case_view(turn), N_("Review the emergency")
        return form_page("casefile/write.html", turn, referral, form, view, title=title, button=N_("Done"))
    with deed(case_id, referral_id, LEAD) as (turn, referral):
        service.review(turn, referral, right=form.result.data == "right", words=form.words.data)
    return back(case_id, referral_id)


@bp.route(f"{ONE}/bundle")
@policy(LEAD, on="referral")
def bundle(case_id: str, referral_id: str) -> Response:
    """The bag that was handed over."""
    turn, referral = load(case_id, referral_id, LEAD)
    if referral.bundle_sha256 is None:
        abort(404)
    response = send_file(
        path_of(_folder(), referral.bundle_sha256), mimetype="application/zip", as_attachment=True,
        download_name=f"case-{turn.case.ref}.zip",
    )  # fmt: skip
    note_reading(turn.case.id, turn.actor.role, [(BUNDLE, referral.id)])
    return response


def _folder() -> Path:
    return settings_of(current_app).instance
