"""Exhibits: added on a page of their own, handed out as attachments only."""

from flask import Blueprint, abort, current_app, send_file
from sqlalchemy import select
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.access import acting, case_for
from disputes.auth.reading import EVIDENCE, note_reading
from disputes.casefile.build import case_view
from disputes.casefile.forms import EvidenceForm
from disputes.casefile.pages import Page, write_page
from disputes.db import db
from disputes.models import Case, Evidence
from disputes.storage.store import path_of
from disputes.text import N_
from disputes.web.configure import settings_of
from disputes.web.fields import kept_if_saved
from disputes.web.policy import policy
from disputes.web.uploads import limit_uploads
from disputes.workflows.roles import INSIDE, PARTIES

from . import service

bp = Blueprint("evidence", __name__)


@bp.route("/cases/<case_id>/evidence", methods=["GET", "POST"])
@policy(*PARTIES, on="case")
@limit_uploads
def add(case_id: str) -> Page:
    """Add proof to a case."""
    view = case_view(case_for(case_id, *PARTIES))
    form = EvidenceForm(seen_version=view.version)
    files = form.files.stored() if form.validate_on_submit() else None
    if files is None:
        return write_page(view, form, N_("Add proof"), N_("Add"))
    with kept_if_saved(files), acting(case_id, *PARTIES) as turn:
        service.add(turn, kind=form.kind.data, files=files)
    return redirect(view.url, 303)


@bp.route("/evidence/<evidence_id>")
@policy(*PARTIES, *INSIDE, on="evidence")
def show(evidence_id: str) -> Response:
    """The original file, for whoever may see its case; never shown inside a page of ours."""
    found = db.session.execute(
        select(Evidence, Case.public_id)
        .join(Case, Case.id == Evidence.case_id)
        .where(Evidence.public_id == evidence_id)
    ).one_or_none()
    if found is None:
        abort(404)
    file, case_id = found
    turn = case_for(case_id, *PARTIES, *INSIDE)
    path = path_of(settings_of(current_app).instance, file.storage_key)
    response = send_file(path, mimetype=file.media_type, as_attachment=True, download_name=file.filename)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    note_reading(turn.case.id, turn.actor.role, [(EVIDENCE, file.id)])
    return response
