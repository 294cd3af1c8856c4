"""The talk between the sides: offers, refusals, acceptance."""

from flask import Blueprint, flash, url_for
from flask_babel import gettext
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.access import acting, case_for
from disputes.casefile.build import case_view
from disputes.casefile.pages import Page, form_page
from disputes.web.fields import kept_if_saved
from disputes.web.policy import policy
from disputes.web.uploads import limit_uploads
from disputes.workflows.roles import BUYER, PARTIES, SELLER

from . import service
from .forms import OfferForm, RefuseForm

bp = Blueprint("offers", __name__)


@bp.route("/cases/<case_id>/offer", methods=["GET", "POST"])
@policy(*PARTIES, on="case")
def new(case_id: str) -> Page:
    """The seller offers, or the buyer asks for something else."""
    view = case_view(case_for(case_id, *PARTIES))
    form = OfferForm(seen_version=view.version)
    minor = form.minor(view.currency, view.claimed_minor) if form.validate_on_submit() else None
    if not form.is_submitted() or form.errors:
        return form_page("offers/new.html", view, form)
    with acting(case_id, *PARTIES, words=form.note.data) as turn:
        service.put_offer(turn, kind=form.kind.data, amount_minor=minor, note=form.note.data or "")
    return redirect(view.url, 303)


@bp.route("/cases/<case_id>/refuse", methods=["GET", "POST"])
@policy(SELLER, on="case")
@limit_uploads
def refuse(case_id: str) -> Page:
    """The seller refuses, with a reason and proof."""
    view = case_view(case_for(case_id, SELLER))
    form = RefuseForm(seen_version=view.version)
    files = form.files.stored() if form.validate_on_submit() else None
    if files is None:
        return form_page("offers/refuse.html", view, form)
    with kept_if_saved(files), acting(case_id, SELLER, words=form.words.data, files=files) as turn:
        service.refuse(turn, reason=form.reason.data, words=form.words.data, files=files)
    return redirect(view.url, 303)


@bp.route("/cases/<case_id>/accept", methods=["POST"])
@policy(*PARTIES, on="case")
def accept(case_id: str) -> Response:
    """Accept what the other side offers; the money goes out at once."""
    with acting(case_id, *PARTIES) as turn:
        service.accept(turn)
    flash(gettext("Agreed. Both of you were told."), "done")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.route("/cases/<case_id>/decline", methods=["POST"])
@policy(BUYER, on="case")
def decline(case_id: str) -> Response:
    """Decline the seller's offer."""
    with acting(case_id, BUYER) as turn:
        service.decline(turn)
    return redirect(url_for("cases.show", case_id=case_id), 303)
