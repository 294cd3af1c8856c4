"""What the pages of a referral share: it is loaded with the reader's right, noted as read, and a shut step says why."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.access import Turn, acting, case_for
from disputes.auth.reading import REFERRAL, note_reading
from disputes.casefile.build import case_view
from disputes.casefile.pages import Page
from disputes.casefile.views import CaseView, Choice
from disputes.models import Referral
from disputes.steps import Refused
from disputes.text import N_, Text
from disputes.web import errors
from disputes.workflows.core import Step
from disputes.workflows.referral import REFERRAL as TABLE

from . import queries, service
from .forms import WordsForm


def load(case_id: str, referral_id: str, *roles: str) -> tuple[Turn, Referral]:
    """A referral to look at, for somebody who has one of `roles` on its case; else 404."""
    turn = case_for(case_id, *roles)
    referral = queries.find(turn.case, referral_id)
    if referral is None:
        abort(404)
    return turn, referral


@contextmanager
def deed(case_id: str, referral_id: str, *roles: str) -> Iterator[tuple[Turn, Referral]]:
    """A write transaction on a locked referral, its case locked before it; else 404. Commits at its end."""
    with acting(case_id, *roles) as turn:
        referral = service.lock(turn, referral_id)
        if referral is None:
            abort(404)
        yield turn, referral


def url_of(page: str, turn: Turn, referral: Referral, read: str | None = None) -> str:
    """The address of one of a referral's pages; `read`: the digest of what its reader sees."""
    return url_for(page, case_id=turn.case.public_id, referral_id=referral.public_id, read=read)


def back(case_id: str, referral_id: str) -> Response:
    """To the referral's page, after a step."""
    return redirect(url_for("referrals.show", case_id=case_id, referral_id=referral_id), 303)


def noted(turn: Turn, read: Sequence[Referral], html: str) -> str:
    """The page, once it is noted who reads it."""
    note_reading(turn.case.id, turn.actor.role, [(REFERRAL, referral.id) for referral in read])
    return html


def choices(turn: Turn, referral: Referral) -> tuple[Choice, ...]:
    """What the reader can do, as buttons; one that needs no more than the click carries the digest of what is read."""
    return tuple(_choice(turn, referral, step, why) for step, why in queries.choices(turn, referral))


def _choice(turn: Turn, referral: Referral, step: Step, refused: Text | None) -> Choice:
    assert step.page, "every step of a referral has a page"
    opens = any("GET" in (rule.methods or ()) for rule in current_app.url_map.iter_rules(step.page))
    url = url_of(step.page, turn, referral, None if opens else referral.digest)
    how = "get" if opens else "post"
    return Choice(step.trigger, Text(step.label), refused, url, how, step.primary, step.danger)


def refusal(turn: Turn, referral: Referral) -> Text | None:
    """Why no step that this page takes is open to the reader now; None when one is."""
    found = [why for step, why in queries.choices(turn, referral) if step.page == request.endpoint]
    if None in found:
        return None
    here = Text(TABLE.by_name[referral.state].label)
    return next(iter(found), Text(N_("That can't be done now: %(state)s."), {"state": here}))


def form_page(template: str, turn: Turn, referral: Referral, form: FlaskForm, view: CaseView, **context: Any) -> Page:
    """A form about a referral; while its step is shut, the reason in its place."""
    url = url_of("referrals.show", turn, referral)
    if request.method != "POST" and (reason := refusal(turn, referral)):
        return errors.conflict(Refused(reason), back_url=url)
    html = render_template(template, view=view, form=form, back_url=url, back_words=N_("Back"), **context)
    return (noted(turn, [referral], html), 422 if form.errors else 200)


def with_words(
    case_id: str, referral_id: str, roles: tuple[str, ...], form_of: type[WordsForm], title: str,
    take: Callable[..., None],
) -> Page:  # fmt: skip
    """A step that needs nothing but its reason."""
    turn, referral = load(case_id, referral_id, *roles)
    form = form_of(seen_version=referral.version)
    if not form.validate_on_submit():
        return form_page("casefile/write.html", turn, referral, form, case_view(turn), title=title, button=title)
    with deed(case_id, referral_id, *roles) as (turn, referral):
        take(turn, referral, words=form.words.data)
    return back(case_id, referral_id)
