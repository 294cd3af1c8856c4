"""The second step: at sign-in, turning it on, new recovery codes, turning it off."""

import io

import segno
from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from disputes.db import db, writing
from disputes.models import Account
from disputes.moment import real_now
from disputes.text import N_
from disputes.web.configure import settings_of
from disputes.web.formats import say
from disputes.web.install import limiter
from disputes.web.policy import policy
from disputes.web.secret import hash_of, new_salt
from disputes.workflows.roles import ADMIN, AUDITOR, DESK

from . import service, totp
from .again import again
from .forms import CodeForm
from .people import load_person
from .routes import bp, inside_only

WRONG = N_("That code does not work. Each works once; take the one your telephone shows now.")
STAFF = (*DESK, AUDITOR, ADMIN)
SALT = "totp_salt"
HALF = "half"  # in the cookie: the token of a session that waits, and whose it is
# What somebody may still do who has to turn the second step on first.
BEFORE = ("auth.second_step", "auth.second_step_picture", "auth.ask_again", "auth.sign_out", "static")


def _limit() -> str:
    return settings_of(current_app).sign_in_limit


def _who() -> str:
    # By account alone: another address, or signing in anew, gives nobody further tries.
    whose = session[HALF][1] if HALF in session else getattr(current_user, "id", request.remote_addr)
    return f"code|{whose}"


def must_turn_on() -> bool:
    """Whether this installation asks the person behind this request to turn it on before anything else."""
    wanted = settings_of(current_app).staff_needs_codes and current_user.has_granted(*STAFF)
    return wanted and not current_user.has_second_step


@bp.before_app_request
def _first() -> Response | None:
    if request.endpoint in BEFORE or not current_user.is_authenticated or not must_turn_on():
        return None
    return redirect(url_for("auth.second_step"), 303)


def ask_for_code(account_id: int, target: str | None) -> Response:
    """After the right password: a session that opens nothing until its code is given."""
    with writing():
        token = service.open_session(account_id, now=real_now(), browser=request.user_agent.string, half=True)
    session[HALF] = [token, account_id]
    return redirect(url_for("auth.code", next=target), 303)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(_limit, key_func=_who, methods=["POST"])
@policy(public=True)
def code() -> Response | str | tuple[str, int]:
    """The second step of signing in."""
    token, account_id = session.get(HALF, ("", 0))
    if not service.is_half(token, account_id, now=real_now()):
        session.pop(HALF, None)
        return redirect(url_for("auth.sign_in"), 303)
    form = CodeForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        if _opened(token, account_id, form.code.data):
            return redirect(inside_only(form.next.data) or url_for("auth.home"), 303)
        form.code.errors = [say(WRONG)]
    html = render_template("auth/code.html", form=form)
    return (html, 422) if form.errors else html


def _opened(token: str, account_id: int, typed: str) -> bool:
    """Open a whole session instead of the half one, under a new token."""
    with writing():
        if not totp.check(account_id, typed, now=real_now()):
            return False
        service.end_session(hash_of(token), now=real_now())
        whole = service.open_session(account_id, now=real_now(), browser=request.user_agent.string)
    session.pop(HALF, None)
    login_user(load_person(whole))
    return True


@bp.route("/account/second-step", methods=["GET", "POST"])
@limiter.limit(_limit, key_func=_who, methods=["POST"])
@policy()
@again
def second_step() -> Response | str | tuple[str, int]:
    """Turn the second step on: a picture for the telephone, then its first code."""
    account = _account()
    if account.totp_since:
        return render_template("account/second_step_on.html", left=totp.codes_left(account.id), must=_must_stay())
    salt, form = _waiting() or new_salt(), CodeForm()
    session[SALT] = [current_user.id, salt]
    if form.validate_on_submit():
        if codes := _turned_on(salt, form.code.data):
            return render_template("account/recovery.html", codes=codes)
        form.code.errors = [say(WRONG)]
    html = render_template("account/second_step.html", form=form, secret=_grouped(salt), must=must_turn_on())
    return (html, 422) if form.errors else html


def _waiting() -> str | None:
    """The salt of a second step that is being turned on. Nothing is written before the first code: until then it waits
    in the cookie, worth nothing without our key, and nothing to whoever uses this browser next."""
    whose, salt = session.get(SALT, (None, None))
    return salt if whose == current_user.id else None


def _turned_on(salt: str, typed: str) -> object:
    """The recovery codes; other sessions, opened without a code, end."""
    with writing():
        codes = totp.confirm(current_user.id, salt, typed, now=real_now())
        if codes:
            session.pop(SALT)
            service.end_sessions(current_user.id, now=real_now(), but=current_user.session_hash)
    return codes


def _account() -> Account:
    return db.session.get_one(Account, current_user.id, populate_existing=True)


def _grouped(salt: str) -> str:
    secret = totp.secret_of(salt)
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def _must_stay() -> bool:
    return settings_of(current_app).staff_needs_codes and current_user.has_granted(*STAFF)


@bp.route("/account/second-step.svg")
@policy()
@again
def second_step_picture() -> Response:
    """The QR code a telephone reads, while the second step is being turned on."""
    salt = _waiting()
    if salt is None:
        abort(404)
    picture = io.BytesIO()
    address = totp.address_of(salt, current_user.email)
    segno.make(address, micro=False).save(picture, kind="svg", scale=5, border=4, light="#fff", dark="#000")
    return Response(picture.getvalue(), mimetype="image/svg+xml")


@bp.route("/account/second-step/recovery", methods=["POST"])
@policy()
@again
def new_recovery() -> str:
    """New recovery codes; the old ones are worth nothing from now on."""
    if not current_user.has_second_step:
        abort(404)
    with writing():
        codes = totp.new_recovery(current_user.id)
    return render_template("account/recovery.html", codes=codes)


@bp.route("/account/second-step/off", methods=["POST"])
@policy()
@again
def second_step_off() -> Response:
    """Turn it off, where it is not asked of staff."""
    if not current_user.has_second_step or _must_stay():
        abort(404)
    with writing():
        totp.turn_off(current_user.id)
    flash(gettext("From now on you sign in by password alone."), "done")
    return redirect(url_for("auth.account"), 303)
