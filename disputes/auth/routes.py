"""Sign in, sign out, and the front door."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from disputes.db import writing
from disputes.moment import real_now
from disputes.web.configure import settings_of
from disputes.web.install import limiter
from disputes.web.policy import policy
from disputes.workflows.roles import ADMIN, AUDITOR, DESK, SELLER

from . import service, totp
from .forms import SignInForm
from .nav import nav
from .people import Person, load_person

bp = Blueprint("auth", __name__)
HOMES = ((DESK, "desk.queue"), ((AUDITOR,), "audit.index"), ((SELLER,), "inbox.index"), ((ADMIN,), "people.index"))
manager = LoginManager()


@bp.record_once
def _install(state: object) -> None:
    app = state.app  # type: ignore[attr-defined]
    manager.init_app(app)
    manager.session_protection = None  # it binds to the address; phones change theirs, our token is random and hashed


@manager.user_loader
def _person(token: str) -> Person | None:
    return load_person(token)


@bp.app_context_processor
def _inside() -> dict[str, object]:
    return {"demo": settings_of(current_app).demo, "nav": nav()}


@bp.before_app_request
def _touch() -> None:
    if current_user.is_authenticated and request.method == "GET":
        current_user.touch()


def _limit() -> str:
    return settings_of(current_app).sign_in_limit


def _who() -> str:
    # Counted by address and account together, whether or not the account exists.
    return f"{request.remote_addr}|{request.form.get('email', '').strip().lower()}"


@bp.route("/")
@policy()
def home() -> Response:
    """The page a person came for, by what they are; whoever is nothing else buys."""
    mine = (endpoint for roles, endpoint in HOMES if current_user.has_granted(*roles))
    return redirect(url_for(next(mine, "orders.index")), 303)


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(_limit, key_func=_who, methods=["POST"])
@policy(public=True)
def sign_in() -> Response | tuple[str, int] | str:
    """Sign in; the answer to a wrong try never says what was wrong."""
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form)
    account_id = service.account_with(form.email.data, form.password.data)
    if account_id is None:
        flash(gettext("That e-mail address and password do not go together."), "error")
        return render_template("auth/sign_in.html", form=form), 422
    if totp.is_on(account_id):
        return second.ask_for_code(account_id, inside_only(form.next.data))
    with writing():
        token = service.open_session(account_id, now=real_now(), browser=request.user_agent.string)
    person = load_person(token)
    login_user(person)
    return redirect(inside_only(form.next.data) or url_for("auth.home"), 303)


@bp.route("/sign-out", methods=["POST"])
@policy()
def sign_out() -> Response:
    """End this browser's session."""
    with writing():
        service.end_session(current_user.session_hash, now=real_now())
    logout_user()
    flash(gettext("You are signed out."), "done")
    return redirect(url_for("auth.sign_in"), 303)


def inside_only(target: str | None) -> str | None:
    """A path of ours, or None: a link elsewhere must not ride on our sign-in."""
    # Browsers drop tabs and line ends and take a backslash for a slash: what is left may name another host.
    if not target or not target.isprintable() or "\\" in target:
        return None
    return target if target.startswith("/") and not target.startswith("//") else None


from . import handed, own, second  # noqa: E402, F401 - their routes hang on the blueprint above
