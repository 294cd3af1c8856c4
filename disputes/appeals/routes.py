"""Appeal, uphold, outside bodies."""

from flask import Blueprint
from werkzeug.utils import redirect

from disputes.auth.access import acting, case_for
from disputes.casefile.build import case_view, page_of
from disputes.casefile.pages import Page, write_page
from disputes.text import N_
from disputes.web.fields import kept_if_saved
from disputes.web.policy import policy
from disputes.web.uploads import limit_uploads
from disputes.workflows.roles import DESK, PARTIES

from . import service
from .forms import AppealForm, OutsideForm, ResultForm, UpholdForm

bp = Blueprint("appeals", __name__)


@bp.route("/cases/<case_id>/appeal", methods=["GET", "POST"])
@policy(*PARTIES, on="case")
@limit_uploads
def new(case_id: str) -> Page:
    """Appeal against the decision."""
    view = case_view(case_for(case_id, *PARTIES))
    form = AppealForm(seen_version=view.version)
    files = form.files.stored() if form.validate_on_submit() else None
    if files is None:
        return write_page(view, form, N_("Appeal against the decision"))
    with kept_if_saved(files), acting(case_id, *PARTIES) as turn:
        service.appeal(turn, ground=form.ground.data, words=form.words.data, files=files)
    return redirect(view.url, 303)


@bp.route("/cases/<case_id>/appeal/uphold", methods=["GET", "POST"])
@policy(*DESK, on="case")
def uphold(case_id: str) -> Page:
    """The decision stays."""
    view = case_view(case_for(case_id, *DESK))
    form = UpholdForm(seen_version=view.version)
    if not form.validate_on_submit():
        return write_page(view, form, N_("The decision stays"))
    with acting(case_id, *DESK) as turn:
        service.uphold(turn, words=form.words.data)
    return redirect(view.url, 303)


@bp.route("/cases/<case_id>/outside", methods=["GET", "POST"])
@policy(*PARTIES, *DESK, on="case")
def outside(case_id: str) -> Page:
    """The case is with an outside body."""
    view = case_view(case_for(case_id, *PARTIES, *DESK))
    form = OutsideForm(seen_version=view.version)
    if not form.validate_on_submit():
        return write_page(view, form, N_("Tell us about an outside body"))
    with acting(case_id, *PARTIES, *DESK) as turn:
        service.go_outside(turn, body=form.body.data, words=form.words.data)
    return redirect(page_of(turn.case, turn.actor.role), 303)


@bp.route("/cases/<case_id>/outside/result", methods=["GET", "POST"])
@policy(*DESK, on="case")
def result(case_id: str) -> Page:
    """The outside body has answered."""
    view = case_view(case_for(case_id, *DESK))
    form = ResultForm(seen_version=view.version)
    if not form.validate_on_submit():
        return write_page(view, form, N_("What the outside body said"))
    with acting(case_id, *DESK) as turn:
        service.come_back(turn, words=form.words.data)
    return redirect(view.url, 303)
