"""The languages pages are offered in, which one a reader gets, and the menu to choose another."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import update
from werkzeug.wrappers import Response

from disputes.db import writing
from disputes.models import Account

from .catalogues import SOURCE
from .policy import policy

# Each in its own name. One is listed here only when every text of it is translated.
LANGUAGES = {"en": "English", "zh": "中文", "pl": "Polski", "ar": "العربية"}
COOKIE = "lang"
COOKIE_AGE_S = 365 * 24 * 3600

bp = Blueprint("languages", __name__)


def language() -> str:
    """The reader's language: their account's, else the one chosen in this browser, else the browser's own."""
    # Not best_match: to it an English somewhere down the list is nearer than the pl of a pl-PL at its top.
    browsers = (tag.partition("-")[0] for tag in request.accept_languages.values())
    wished = (getattr(current_user, "locale", None), request.cookies.get(COOKIE), *browsers)
    return next((str(code) for code in wished if code in LANGUAGES), SOURCE)


def offered(locale: str) -> str:
    """That language if pages are offered in it, else English."""
    return locale if locale in LANGUAGES else SOURCE


@bp.route("/language", methods=["POST"])
@policy(public=True)
def choose() -> Response:
    """Remember a language in this browser and, for who is signed in, in their account; then back to the page."""
    chosen = request.form.get("lang", "")
    if chosen not in LANGUAGES:
        abort(400)
    if current_user.is_authenticated:
        with writing() as session:
            session.execute(update(Account).where(Account.id == current_user.id).values(locale=chosen))
    answer = redirect(_page_before(), 303)
    answer.set_cookie(COOKIE, chosen, COOKIE_AGE_S, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


def _page_before() -> str:
    """The page the menu stood on, if it was ours and can be opened again: our headers let browsers tell only us."""
    before = urlsplit(request.referrer or "")
    ours = before.netloc == request.host and before.path.startswith("/") and not before.path.startswith("//")
    if not ours or not _opens(before.path):
        return url_for("auth.home")
    return f"{before.path}?{before.query}" if before.query else before.path


def _opens(path: str) -> bool:
    """Whether a link can lead there: the answer to a form may have stood at an address that takes forms only."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(path, method="GET")
