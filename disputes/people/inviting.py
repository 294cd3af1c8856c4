"""Invitations: the admin's list, and the page behind the link. A link that is used, old, taken back or made up
answers in one way."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from disputes.auth.service import account_with, hashed
from disputes.auth.staff import Unfit, has_password
from disputes.db import writing
from disputes.models import Invitation
from disputes.moment import real_now
from disputes.text import N_
from disputes.web.formats import say
from disputes.web.install import limiter
from disputes.web.policy import policy
from disputes.web.roles import ROLES
from disputes.workflows.core import Refused
from disputes.workflows.roles import ADMIN, MANAGER

from . import invitations, queries
from .forms import AcceptForm, ConfirmForm, InviteForm
from .routes import bp
from .service import as_whoever_may


@bp.route("/people/invitations", methods=["GET", "POST"])
@limiter.limit("60 per hour", methods=["POST"])
@policy(ADMIN)
def invite() -> Response | str | tuple[str, int]:
    """Invite somebody, and see who is invited."""
    form = InviteForm()
    form.offer([(shop.id, shop.name) for shop in queries.shops()])
    if form.validate_on_submit():
        try:
            with writing():
                invitations.invite_staff(current_user.id, form.email.data, *form.place, now=real_now())
            flash(gettext("The invitation is on its way."), "done")
            return redirect(url_for("people.invite"), 303)
        except (Unfit, Refused) as error:
            form.role.errors = [error.reason if isinstance(error, Refused) else str(error)]
    html = render_template(
        "people/invitations.html", form=form, invited=queries.invitations(), names=ROLES, now=real_now(),
        back_url=url_for("people.index"),
    )  # fmt: skip
    return (html, 422) if form.errors else html


@bp.route("/invitations/<invitation_id>/resend", methods=["POST"])
@limiter.limit("30 per hour", methods=["POST"])
@policy(ADMIN, MANAGER)
def resend(invitation_id: str) -> Response:
    """Send a new link; the old one stops working."""
    with writing():
        invitations.resend(_mine(invitation_id), now=real_now())
    flash(gettext("A new link is on its way; the old one does not work any more."), "done")
    return redirect(_list(), 303)


@bp.route("/invitations/<invitation_id>/revoke", methods=["POST"])
@policy(ADMIN, MANAGER)
def revoke(invitation_id: str) -> Response:
    """Take an invitation back."""
    with writing():
        invitations.revoke(_mine(invitation_id), now=real_now())
    flash(gettext("The invitation is taken back."), "done")
    return redirect(_list(), 303)


def _mine(invitation_id: str) -> Invitation:
    """An invitation the person behind this request may change, locked; else 404."""
    seller_id = queries.seller_of(invitation_id)
    if seller_id is not None and not current_user.has_granted(ADMIN) and seller_id in queries.managed_by(current_user):
        as_whoever_may(current_user.id, seller_id)
    elif current_user.has_granted(ADMIN):
        as_whoever_may(current_user.id, None)
    else:
        abort(404)
    return invitations.lock(invitation_id) or abort(404)


def _list() -> str:
    return url_for("people.invite" if current_user.has_granted(ADMIN) else "people.members")


def _who() -> str:
    return f"{request.remote_addr}|{request.path}"


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@limiter.limit("10 per 15 minutes", key_func=_who, methods=["POST"])
@policy(public=True)
def accept(token: str) -> Response | str | tuple[str, int]:
    """Take an invitation: with a new password, or the one of the account that is there."""
    made = invitations.opened_by(token, now=real_now())
    if made is None:
        return render_template("people/gone.html"), 404
    names, email = queries.names_of(made), made.email
    known = has_password(email)
    form = ConfirmForm() if known else AcceptForm()
    if form.validate_on_submit() and _accepted(token, email, form):
        flash(gettext("Welcome. Please sign in."), "done")
        return redirect(url_for("auth.sign_in"), 303)
    html = render_template(
        "people/accept.html", form=form, names=names, email=email, known=known, role_name=ROLES[made.role]
    )
    return (html, 422) if form.errors else html


def _accepted(token: str, email: str, form: AcceptForm | ConfirmForm) -> bool:
    """Take it, outside of any transaction while argon2 works; False with the reason beside the field."""
    if isinstance(form, ConfirmForm):
        if account_with(email, form.password.data) is None:
            form.password.errors = [say(N_("That is not the password of this account."))]
            return False
        name, fresh = "", None
    else:
        if not form.fits(email):
            return False
        name, fresh = form.name.data.strip(), hashed(form.password.data)
    with writing():
        invitations.accept(token, name, fresh, now=real_now())
    return True
