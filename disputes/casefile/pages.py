"""Form pages of a case: the form with what was typed in it, 422 when something is wrong with it."""

from typing import Any

from flask import render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from disputes.text import N_

from .views import CaseView

Page = Response | str | tuple[str, int]


def form_page(template: str, view: CaseView, form: FlaskForm, **context: Any) -> Page:
    """A form beside its case."""
    page = render_template(template, view=view, form=form, back_url=view.url, **context)
    return (page, 422) if form.errors else page


def write_page(view: CaseView, form: FlaskForm, title: str, button: str = N_("Send")) -> Page:
    """The plain page for a form that needs nothing more than its fields."""
    return form_page("casefile/write.html", view, form, title=title, button=button)
