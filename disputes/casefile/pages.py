"""Form pages of a case: the form with what was typed in it, 422 when something is wrong, 409 when its step is shut."""

from typing import Any

from flask import render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from disputes.steps import Refused
from disputes.text import N_, Text
from disputes.web import errors
from disputes.workflows.case import CASE

from .views import CaseView

Page = Response | str | tuple[str, int]


def form_page(template: str, view: CaseView, form: FlaskForm, *, also: tuple[str, ...] = (), **context: Any) -> Page:
    """A form beside its case. Asked for by its address while its step is shut, the reason in its place.

    `also`: further steps that this page leads to."""
    if request.method != "POST" and (reason := _shut(view, also)):
        return errors.conflict(Refused(reason), back_url=view.url)
    page = render_template(template, view=view, form=form, **{"back_url": view.url, **context})
    return (page, 422) if form.errors else page


def write_page(view: CaseView, form: FlaskForm, title: str, button: str = N_("Send")) -> Page:
    """The plain page for a form that needs nothing more than its fields."""
    return form_page("casefile/write.html", view, form, title=title, button=button)


def _shut(view: CaseView, also: tuple[str, ...]) -> Text | None:
    """Why no step that begins on the page asked for can be taken by this reader now; None when one can."""
    here = {step.trigger for step in CASE.steps if step.page == request.endpoint} | {*also}
    refusals = [choice.refused for choice in view.choices if choice.trigger in here]
    if not here or None in refusals:
        return None
    label = Text(CASE.by_name[view.state].label)
    return next(iter(refusals), None) or Text(N_("That can't be done now: %(state)s."), {"state": label})
