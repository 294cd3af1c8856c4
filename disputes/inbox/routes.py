"""The seller's inbox."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_login import current_user

from disputes.casefile.rows import rows
from disputes.text import N_
from disputes.web.keyset import after, page
from disputes.web.policy import policy
from disputes.web.tabs import tabs_of
from disputes.workflows.roles import SELLER

from . import queries

bp = Blueprint("inbox", __name__)
TABS = {"answer": N_("To answer"), "waiting": N_("Under way"), "closed": N_("Closed")}


@bp.route("/inbox")
@policy(SELLER)
def index() -> str:
    """Cases about what the reader's organisations sold, the nearest deadline first."""
    tab = request.args.get("tab", "answer")
    if tab not in TABS:
        abort(404)
    found = rows(queries.inbox(current_user, tab, after()), SELLER)
    shown, cursor = page(found, lambda row: row.cursor)
    more = url_for("inbox.index", tab=tab, after=cursor) if cursor else None
    return render_template("inbox/index.html", rows=shown, more_url=more, tabs=tabs_of("inbox.index", TABS, tab))
