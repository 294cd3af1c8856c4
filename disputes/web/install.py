"""Hang everything on the application: languages, forms' tokens, limits, formats, errors, headers."""

from flask import Flask, request
from flask_babel import Babel, get_locale
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from disputes.moment import real_now
from disputes.text import N_

from . import arrival, errors, formats, headers, policy

LANGUAGES = ("en",)
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=[], storage_uri="memory://")


def language() -> str:
    """The reader's language: their account's, else their browser's."""
    own = getattr(current_user, "locale", None)
    return own if own in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def install(app: Flask) -> None:
    """Everything a page stands on."""
    Babel(app, locale_selector=language)
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request_funcs.setdefault(None, []).insert(0, arrival.take)
    app.before_request(policy.deny_by_default)
    app.after_request(headers.secure)
    errors.register(app)
    app.jinja_env.globals.update(
        say=formats.say, money=formats.money, when=formats.when, when_short=formats.when_short, left=formats.left,
        ago=formats.ago, N_=N_,
    )  # fmt: skip
    app.context_processor(_page)


def _page() -> dict[str, object]:
    locale = get_locale()
    return {
        "now": real_now(),
        "locale": str(locale or "en").replace("_", "-"),
        "text_direction": locale.text_direction if locale else "ltr",
    }
