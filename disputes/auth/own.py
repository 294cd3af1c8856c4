"""One's own account: where one is signed in, the password, and being asked for it again."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from disputes.db import db, writing
from disputes.models import Session
from disputes.moment import real_now
from disputes.text import N_, Text
from disputes.web.configure import settings_of
from disputes.web.formats import say
from disputes.web.install import limiter
from disputes.web.policy import policy

from . import browsers, service, totp
from .again import in_person
from .forms import AgainForm, PasswordForm
from .routes import bp, inside_only

WRONG = N_("That is not right.")


@dataclass(frozen=True)
class SessionRow:
    """One sign-in, as its owner sees it."""

    id: str
    browser: Text
    since: datetime
    seen_at: datetime
    here: bool


def _limit() -> str:
    return settings_of(current_app).sign_in_limit


def _who() -> str:
    return f"again|{getattr(current_user, 'id', request.remote_addr)}"


@bp.route("/account")
@policy()
@in_person
def account() -> str:
    """Where one is signed in, and how."""
    sessions = [_row(session) for session in service.sessions_of(current_user.id, now=real_now())]
    return render_template("account/index.html", sessions=sessions, second_step=current_user.has_second_step)


def _row(session: Session) -> SessionRow:
    here = session.token_hash == current_user.session_hash
    name = browsers.name_of(session.browser)
    return SessionRow(session.token_hash[: service.SHORT], name, session.created_at, session.seen_at, here)


@bp.route("/account/sessions/<session_id>/end", methods=["POST"])
@policy()
@in_person
def end_one(session_id: str) -> Response:
    """End one of one's own sessions."""
    with writing():
        if not service.end_own(current_user.id, session_id, now=real_now()):
            abort(404)
    flash(gettext("That session is ended."), "done")
    return redirect(url_for("auth.account"), 303)


@bp.route("/account/sessions/end-others", methods=["POST"])
@policy()
@in_person
def end_others() -> Response:
    """End every session but this one."""
    with writing():
        service.end_sessions(current_user.id, now=real_now(), but=current_user.session_hash)
    flash(gettext("You are signed out everywhere else."), "done")
    return redirect(url_for("auth.account"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@limiter.limit(_limit, key_func=_who, methods=["POST"])
@policy()
@in_person
def password() -> Response | str | tuple[str, int]:
    """Change the password; every other session ends with it."""
    form = PasswordForm()
    if form.fits(current_user.email):
        if service.account_with(current_user.email, form.current.data) == current_user.id:
            fresh = service.hashed(form.password.data)
            with writing():
                service.change_password(current_user.id, fresh, now=real_now(), but=current_user.session_hash)
            flash(gettext("Your password is changed. You are signed out everywhere else."), "done")
            return redirect(url_for("auth.account"), 303)
        form.current.errors = [say(WRONG)]
    html = render_template("account/password.html", form=form, back_url=url_for("auth.account"))
    return (html, 422) if form.errors else html


@bp.route("/account/again", methods=["GET", "POST"])
@limiter.limit(_limit, key_func=_who, methods=["POST"])
@policy()
@in_person
def ask_again() -> Response | str | tuple[str, int]:
    """Ask for the password, or a code, and go on."""
    form = AgainForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        if _right(form.word.data):
            return redirect(inside_only(form.next.data) or url_for("auth.account"), 303)
        form.word.errors = [say(WRONG)]
    html = render_template("account/again.html", form=form, second_step=current_user.has_second_step)
    return (html, 422) if form.errors else html


def _right(word: str) -> bool:
    """Whether it is this person's password or code; the session is sure from now on then."""
    known = service.account_with(current_user.email, word) == current_user.id
    db.session.rollback()
    with writing():
        right = known or totp.check(current_user.id, word, now=real_now())
        if right:
            service.make_sure(current_user.session_hash, now=real_now())
    return right
