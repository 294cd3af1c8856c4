"""The manager's page: who answers for the seller."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.staff import Unfit
from disputes.db import writing
from disputes.moment import real_now
from disputes.web.install import limiter
from disputes.web.policy import policy
from disputes.web.roles import ROLES
from disputes.workflows.core import Refused
from disputes.workflows.roles import MANAGER

from . import invitations, queries, service
from .forms import MemberForm
from .routes import bp


@bp.route("/members")
@policy(MANAGER)
def members() -> str:
    """The members of each seller the reader manages."""
    return _page(None, MemberForm())


def _page(seller_id: int | None, form: MemberForm) -> str:
    mine = queries.managed_by(current_user)
    return render_template(
        "people/members.html", teams=queries.teams(mine), names=ROLES, form=form, at=seller_id, now=real_now(),
        invited=queries.invitations(mine),
    )  # fmt: skip


def _managed(seller_id: int) -> int:
    """A seller the person behind this request manages; else 404."""
    if seller_id not in queries.managed_by(current_user):
        abort(404)
    return seller_id


@bp.route("/members/<int:seller_id>/invite", methods=["POST"])
@limiter.limit("30 per hour", methods=["POST"])
@policy(MANAGER)
def invite_member(seller_id: int) -> Response | tuple[str, int]:
    """Invite a member."""
    seller, form = _managed(seller_id), MemberForm()
    if form.validate_on_submit():
        try:
            with writing():
                invitations.invite_member(current_user.id, form.email.data, seller, now=real_now())
            flash(gettext("The invitation is on its way."), "done")
            return redirect(url_for("people.members"), 303)
        except (Unfit, Refused) as error:
            form.email.errors = [error.reason if isinstance(error, Refused) else str(error)]
    return _page(seller, form), 422


@bp.route("/members/<int:seller_id>/<int:role_id>/remove", methods=["POST"])
@policy(MANAGER)
def remove_member(seller_id: int, role_id: int) -> Response:
    """Take a member out."""
    with writing():
        service.remove_member(current_user.id, _managed(seller_id), min(role_id, 2**31 - 1), now=real_now())
    flash(gettext("They are no member any more, from now on."), "done")
    return redirect(url_for("people.members"), 303)


@bp.route("/members/<int:seller_id>/<int:role_id>/hand-over", methods=["POST"])
@policy(MANAGER)
def hand_over(seller_id: int, role_id: int) -> Response:
    """Make a member the manager instead of oneself."""
    with writing():
        service.hand_over(current_user.id, _managed(seller_id), min(role_id, 2**31 - 1), now=real_now())
    flash(gettext("They manage the members now; you are a member."), "done")
    return redirect(url_for("auth.home"), 303)
