"""Publish new rules: one admin proposes a text, another approves exactly that text or sends it back."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.again import again
from disputes.casefile.pages import Page
from disputes.db import db, writing
from disputes.effects.rules_moves import in_time
from disputes.models import PublishedRules
from disputes.moment import real_now
from disputes.policies.errors import PackError
from disputes.rules import version
from disputes.text import N_, Text
from disputes.web.policy import policy
from disputes.workflows.core import View
from disputes.workflows.published_rules import PUBLISHED_RULES, RulesFacts
from disputes.workflows.roles import ADMIN

from . import queries, service
from .forms import RulesForm, WordsForm
from .routes import bp

ONE = "/to-publish/<proposal_id>"
TAKEN = N_("Such a version, or one that begins that day, waits for an admin already.")
MAX_VERSION = 2**31 - 1


def _proposal(proposal_id: str) -> PublishedRules:
    return queries.proposal(proposal_id) or abort(404)


@bp.route("/new", methods=["GET", "POST"])
@policy(ADMIN)
def new() -> Page:
    """Write new rules, perhaps from those of a version that is there."""
    form = RulesForm()
    if request.method == "GET":
        rules_id, _, number = request.args.get("from", "").partition("@")
        if based := version(rules_id, number):
            form.text.data = queries.text_of(based)
    made, faults = _checked(form)
    if made is not None and request.form.get("do") == "propose":
        try:
            with writing():
                proposed = service.propose(current_user.id, made, now=real_now()).public_id
        except IntegrityError:
            faults = [gettext(TAKEN)]
        else:
            flash(gettext("It waits for another admin now."), "done")
            return redirect(url_for("rulebook.proposal", proposal_id=proposed), 303)
    return _page(form, made, faults, title=N_("Propose new rules"))


@bp.route(ONE)
@policy(ADMIN)
def proposal(proposal_id: str) -> Page:
    """What was proposed, what it changes, and what can be done with it."""
    record = _proposal(proposal_id)
    try:
        found = service.differences(record)
        faults: list[str] = []
    except PackError as broken:
        found, faults = [], list(broken.faults)
    facts = RulesFacts(current_user.id, record.proposed_by, in_time=in_time(record, real_now()))
    choices = PUBLISHED_RULES.choices(record.state, View(ADMIN, facts))
    return render_template(
        "rulebook/proposal.html", record=record, changes=found, faults=faults, choices=list(choices),
        history=queries.history(record), state=PUBLISHED_RULES.by_name[record.state].label,
    )  # fmt: skip


@bp.route(f"{ONE}/edit", methods=["GET", "POST"])
@policy(ADMIN)
def edit(proposal_id: str) -> Page:
    """Change the text; what was read before can no longer be approved."""
    record = _proposal(proposal_id)
    if not PUBLISHED_RULES.by_name[record.state].open:
        return redirect(url_for("rulebook.proposal", proposal_id=proposal_id), 303)
    form = RulesForm(text=record.text, day=record.effective_from, note=record.note, seen_version=record.version)
    made, faults = _checked(form)
    if made is not None and request.form.get("do") == "propose":
        try:
            with writing():
                service.edit(current_user.id, record.id, made, seen=_seen(form), now=real_now())
        except IntegrityError:
            faults = [gettext(TAKEN)]
        else:
            flash(gettext("It waits for another admin now."), "done")
            return redirect(url_for("rulebook.proposal", proposal_id=proposal_id), 303)
    return _page(form, made, faults, title=N_("Change the proposed rules"))


@bp.route(f"{ONE}/publish", methods=["POST"])
@policy(ADMIN)
@again
def publish(proposal_id: str) -> Page:
    """Publish exactly the text that was read."""
    record = _proposal(proposal_id)
    with writing():
        service.publish(current_user.id, record.id, digest=request.form.get("digest", ""), now=real_now())
    flash(gettext("Published. Purchases from its first day on stand under it."), "done")
    return redirect(url_for("rulebook.index"), 303)


@bp.route(f"{ONE}/send-back", methods=["GET", "POST"])
@policy(ADMIN)
def send_back(proposal_id: str) -> Page:
    """Not like this, and why."""
    record = _proposal(proposal_id)
    form = WordsForm(seen_version=record.version)
    if not form.validate_on_submit():
        html = render_template("rulebook/send_back.html", record=record, form=form)
        return html, 422 if form.errors else 200
    words = form.words.data
    return _done(record, lambda seen, now: service.send_back(current_user.id, record.id, words, seen=seen, now=now))


@bp.route(f"{ONE}/withdraw", methods=["POST"])
@policy(ADMIN)
def withdraw(proposal_id: str) -> Page:
    """Let it be."""
    record = _proposal(proposal_id)
    return _done(record, lambda seen, now: service.withdraw(current_user.id, record.id, seen=seen, now=now))


def _done(record: PublishedRules, deed: Callable[..., None]) -> Response:
    back = url_for("rulebook.proposal", proposal_id=record.public_id)
    with writing():
        deed(_seen(WordsForm()), real_now())
    flash(gettext("Done."), "done")
    return redirect(back, 303)


def _seen(form: Any) -> int:
    """The version its reader saw; one that never was when that is no number."""
    shown = str(form.seen_version.data or "")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < len(str(MAX_VERSION)) else 0


def _checked(form: RulesForm) -> tuple[service.Draft | None, list[str]]:
    """The text when it is in order, else its faults."""
    if request.method == "GET" or not form.validate_on_submit() or not form.take_file():
        return None, []
    try:
        return service.draft(form.text.data, form.day.data, form.note.data, now=real_now()), []
    except PackError as broken:
        return None, list(broken.faults)


def _page(form: RulesForm, made: service.Draft | None, faults: list[str], *, title: str) -> Page:
    html = render_template(
        "rulebook/edit.html", form=form, made=made, faults=faults, title=Text(title),
        changes=made.changes() if made else [],
    )  # fmt: skip
    db.session.rollback()
    return html, 422 if faults or form.errors else 200
