"""The admin's pages about people. Members and invitations have files of their own, hung on the same blueprint."""

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.again import again
from disputes.auth.staff import Unfit
from disputes.db import db, writing
from disputes.models import Account
from disputes.moment import real_now
from disputes.web.keyset import after, page
from disputes.web.policy import policy
from disputes.web.roles import ROLES
from disputes.workflows.core import Refused
from disputes.workflows.roles import ADMIN

from . import queries, service
from .forms import FindForm, RoleForm

bp = Blueprint("people", __name__)


def someone(person_id: str) -> Account:
    """Somebody by their public id; else 404."""
    found = queries.person(person_id)
    if found is None:
        abort(404)
    return found


@bp.route("/people")
@policy(ADMIN)
def index() -> str:
    """Everybody who has a role; anybody by e-mail."""
    form = FindForm(request.args)
    words = (form.q.data or "").strip() if form.validate() else ""
    found = list(db.session.scalars(queries.people(words, after())))
    shown, cursor = page(found, lambda account: (account.created_at, account.id))
    more = url_for("people.index", after=cursor) if cursor else None
    roles = queries.roles_of([account.id for account in shown])
    return render_template(
        "people/index.html", rows=shown, roles=roles, names=ROLES, more_url=more, form=form, asked=bool(words)
    )


@bp.route("/people/<person_id>", methods=["GET", "POST"])
@policy(ADMIN)
def show(person_id: str) -> Response | str | tuple[str, int]:
    """One person: roles, sessions, the account. A POST gives a role."""
    account, form = someone(person_id), RoleForm()
    form.offer([(shop.id, shop.name) for shop in queries.shops()])
    if form.validate_on_submit() and _given(account.id, form):
        return redirect(url_for("people.show", person_id=person_id), 303)
    account = someone(person_id)
    html = render_template(
        "people/show.html", person=account, form=form, roles=queries.roles_of([account.id]).get(account.id, []),
        names=ROLES, sessions=queries.sessions_of(account.id, real_now()), back_url=url_for("people.index"),
    )  # fmt: skip
    return (html, 422) if form.errors else html


def _given(account_id: int, form: RoleForm) -> bool:
    """Give what the form says; False with the reason beside it."""
    try:
        with writing():
            new = service.give(current_user.id, account_id, *form.place, now=real_now())
    except (Unfit, Refused) as error:
        form.role.errors = [error.reason if isinstance(error, Refused) else str(error)]
        return False
    flash(gettext("The role is given, from now on.") if new else gettext("They had that role already."), "done")
    return True


@bp.route("/people/<person_id>/roles/<int:role_id>/take", methods=["POST"])
@policy(ADMIN)
def take(person_id: str, role_id: int) -> Response:
    """Take one role away."""
    account_id = someone(person_id).id
    with writing():
        service.take(current_user.id, account_id, min(role_id, 2**31 - 1), now=real_now())
    flash(gettext("The role is gone, from now on."), "done")
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.route("/people/<person_id>/sign-out", methods=["POST"])
@policy(ADMIN)
def end_sessions(person_id: str) -> Response:
    """Sign somebody out everywhere."""
    account_id = someone(person_id).id
    with writing():
        service.end_sessions(current_user.id, account_id, now=real_now())
    flash(gettext("They are signed out everywhere."), "done")
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.route("/people/<person_id>/reset-codes", methods=["POST"])
@policy(ADMIN)
@again
def reset_codes(person_id: str) -> Response:
    """Turn off the second step of somebody whose telephone is gone."""
    account_id = someone(person_id).id
    with writing():
        service.reset_codes(current_user.id, account_id, now=real_now())
    flash(gettext("They sign in by password alone, until they turn the second step on again."), "done")
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.route("/people/<person_id>/disable", methods=["POST"])
@policy(ADMIN)
def disable(person_id: str) -> Response:
    """Shut an account."""
    account_id = someone(person_id).id
    with writing():
        service.disable(current_user.id, account_id, now=real_now())
    flash(gettext("The account is shut and signed out everywhere."), "done")
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.route("/people/<person_id>/enable", methods=["POST"])
@policy(ADMIN)
def enable(person_id: str) -> Response:
    """Open an account again."""
    account_id = someone(person_id).id
    with writing():
        service.enable(current_user.id, account_id, now=real_now())
    flash(gettext("The account is open again."), "done")
    return redirect(url_for("people.show", person_id=person_id), 303)


from . import inviting, members  # noqa: E402, F401 - their routes hang on the blueprint above
