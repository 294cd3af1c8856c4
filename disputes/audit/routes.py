"""The auditor's pages. There is no POST here, and elsewhere none is an auditor's."""

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user

from disputes.auth.access import case_for
from disputes.auth.reading import note_reading
from disputes.casefile.build import view_of
from disputes.casefile.facts import fact_rows
from disputes.casefile.mails import mails_of
from disputes.casefile.money import money_of
from disputes.casefile.others import others_of
from disputes.casefile.read import read, things_read
from disputes.casefile.rows import rows
from disputes.db import db
from disputes.text import N_
from disputes.web.keyset import after, page
from disputes.web.policy import policy
from disputes.web.roles import ROLES
from disputes.workflows.roles import AUDITOR

from . import queries
from .changes import changes
from .forms import FindForm, ReadingsForm

bp = Blueprint("audit", __name__, url_prefix="/audit")
THINGS = {
    "case": N_("The case"),
    "note": N_("A note"),
    "evidence": N_("A file"),
    "restriction": N_("A restriction"),
    "referral": N_("A referral"),
    "bundle": N_("What a referral handed over"),
}


@bp.route("")
@policy(AUDITOR)
def index() -> str:
    """Every case of the auditor's shops."""
    form = FindForm(request.args)
    words = (form.q.data or "").strip() if form.validate() else ""
    found = rows(queries.cases(current_user, words, after()), AUDITOR)
    shown, cursor = page(found, lambda row: (row.opened_at, row.cursor[1]))
    more = url_for("audit.index", q=words or None, after=cursor) if cursor else None
    return render_template("audit/index.html", rows=shown, more_url=more, form=form, asked=bool(words))


@bp.route("/cases/<case_id>")
@policy(AUDITOR, on="case")
def show(case_id: str) -> str:
    """The desk's page of a case, with nothing to press."""
    turn = case_for(case_id, AUDITOR)
    raw = read(turn)
    html = render_template(
        "desk/show.html", view=view_of(raw), sums=money_of(turn.case), claim=None, claim_url=None,
        facts=fact_rows(raw), mails=mails_of(turn.case), others=others_of(turn.case, AUDITOR),
        back_url=url_for("audit.index"), now=turn.now,
        readings_url=url_for("audit.readings", case=turn.case.ref),
    )  # fmt: skip
    note_reading(turn.case.id, turn.actor.role, things_read(raw))
    return html


@bp.route("/readings")
@policy(AUDITOR)
def readings() -> str:
    """Who read what, and when."""
    form = ReadingsForm(request.args)
    wanted = {"case": form.case.data or "", "by": form.by.data or ""} if form.validate() else {}
    found = db.session.execute(queries.readings(current_user, wanted, after())).all()
    shown, cursor = page(found, lambda row: (row[0].at, row[0].id))
    more = url_for("audit.readings", after=cursor, case=wanted.get("case"), by=wanted.get("by")) if cursor else None
    return render_template(
        "audit/readings.html",
        rows=shown,
        more_url=more,
        form=form,
        asked=any(wanted.values()),
        things=THINGS,
        roles=ROLES,
    )


@bp.route("/changes")
@policy(AUDITOR)
def changed() -> str:
    """What was changed about people and shops, and by whom."""
    found = list(db.session.scalars(queries.changes(current_user, after())))
    shown, cursor = page(found, lambda event: (event.at, event.id))
    more = url_for("audit.changed", after=cursor) if cursor else None
    return render_template("audit/changes.html", rows=changes(shown), more_url=more)
