"""Writing: between the sides, to the platform, from the platform, and the desk's own notes."""

from collections.abc import Callable, Sequence

from flask import Blueprint
from werkzeug.utils import redirect

from disputes.auth.access import acting, case_for
from disputes.casefile.build import case_view, page_of
from disputes.casefile.forms import MessageForm
from disputes.casefile.pages import Page, write_page
from disputes.storage.store import Stored
from disputes.text import N_
from disputes.web.fields import kept_if_saved
from disputes.web.policy import policy
from disputes.web.uploads import limit_uploads
from disputes.workflows.roles import BUYER, DESK, PARTIES, SELLER

from . import service
from .forms import NoteForm, RequestForm

bp = Blueprint("messages", __name__)
Verb = Callable[..., None]


@bp.route("/cases/<case_id>/ask", methods=["GET", "POST"])
@policy(*PARTIES, on="case")
@limit_uploads
def ask(case_id: str) -> Page:
    """Ask the other side something."""
    return _write(case_id, service.ask, N_("Ask a question"))


@bp.route("/cases/<case_id>/answer", methods=["GET", "POST"])
@policy(*PARTIES, on="case")
@limit_uploads
def answer(case_id: str) -> Page:
    """Answer the other side."""
    return _write(case_id, service.answer, N_("Answer the question"))


@bp.route("/cases/<case_id>/reply", methods=["GET", "POST"])
@policy(SELLER, on="case")
@limit_uploads
def reply(case_id: str) -> Page:
    """Answer a buyer who asks for nothing else."""
    return _write(case_id, service.reply, N_("Answer"), SELLER)


@bp.route("/cases/<case_id>/answer-info", methods=["GET", "POST"])
@policy(*PARTIES, on="case")
@limit_uploads
def answer_info(case_id: str) -> Page:
    """Send what the platform asked for."""
    return _write(case_id, service.answer_info, N_("Send what we asked for"))


@bp.route("/cases/<case_id>/comment", methods=["GET", "POST"])
@policy(*PARTIES, on="case")
@limit_uploads
def comment(case_id: str) -> Page:
    """Reply to a draft decision."""
    return _write(case_id, service.comment, N_("Reply to the draft"))


@bp.route("/cases/<case_id>/contest", methods=["GET", "POST"])
@policy(BUYER, on="case")
@limit_uploads
def contest(case_id: str) -> Page:
    """Say why a case that was sent elsewhere belongs here."""
    return _write(case_id, service.contest, N_("It does belong here"), BUYER)


@bp.route("/cases/<case_id>/request", methods=["GET", "POST"])
@policy(*DESK, on="case")
def request(case_id: str) -> Page:
    """Ask one side for more."""
    view = case_view(case_for(case_id, *DESK))
    form = RequestForm(seen_version=view.version)
    if not form.validate_on_submit():
        return write_page(view, form, N_("Ask a side for more"))
    with acting(case_id, *DESK) as turn:
        service.request_info(turn, side=form.side.data, words=form.words.data)
    return redirect(view.url, 303)


@bp.route("/cases/<case_id>/note", methods=["GET", "POST"])
@policy(*DESK, on="case")
def note(case_id: str) -> Page:
    """Keep a note that no side sees."""
    view = case_view(case_for(case_id, *DESK))
    form = NoteForm(seen_version=view.version)
    if not form.validate_on_submit():
        return write_page(view, form, N_("Note, only for staff"))
    with acting(case_id, *DESK) as turn:
        service.note(turn, words=form.words.data)
    return redirect(view.url, 303)


def _write(case_id: str, verb: Verb, title: str, *roles: str) -> Page:
    """The same box for every message of a party."""
    roles = roles or PARTIES
    view = case_view(case_for(case_id, *roles))
    form = MessageForm(seen_version=view.version)
    files: Sequence[Stored] | None = form.files.stored() if form.validate_on_submit() else None
    if files is None:
        return write_page(view, form, title)
    with kept_if_saved(files), acting(case_id, *roles, words=form.words.data, files=files) as turn:
        verb(turn, words=form.words.data, files=files)
    return redirect(page_of(turn.case, turn.actor.role), 303)
