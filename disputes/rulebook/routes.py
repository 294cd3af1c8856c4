"""The shop rules, read. Trying and publishing have files of their own, hung on the same blueprint."""

from flask import Blueprint, abort, render_template
from flask_login import current_user

from disputes.moment import real_now
from disputes.policies.schema import Pack
from disputes.rules import version
from disputes.web.policy import policy
from disputes.workflows.roles import ADMIN, INSIDE

from . import queries
from .reading import read

bp = Blueprint("rulebook", __name__, url_prefix="/rules")
ONE = "/<rules_id>/<number>"
READERS = (ADMIN, *INSIDE)


def pack_of(rules_id: str, number: str) -> Pack:
    """One version; else 404."""
    return version(rules_id, number) or abort(404)


def is_admin() -> bool:
    """Whether the reader may publish."""
    return bool(current_user.has_granted(ADMIN))


@bp.route("")
@policy(*READERS)
def index() -> str:
    """Every set of rules with its versions, and whose they are."""
    return render_template(
        "rulebook/index.html",
        sets=queries.rule_sets(real_now()),
        is_admin=is_admin(),
        waiting=queries.waiting() if is_admin() else [],
    )


@bp.route(ONE)
@policy(*READERS)
def show(rules_id: str, number: str) -> str:
    """One version, value by value."""
    pack = pack_of(rules_id, number)
    return render_template(
        "rulebook/show.html", pack=pack, version=queries.version_of(pack, real_now()), read=read(pack),
        shops=queries.shops_of(rules_id), is_admin=is_admin(),
    )  # fmt: skip


from . import publishing, trying  # noqa: E402, F401 - their routes hang on the blueprint above
