"""Hang everything on the application: languages, forms' tokens, limits, formats, errors, headers."""

from flask import Flask
from flask_babel import Babel, get_locale
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from disputes.moment import real_now
from disputes.text import N_

from . import arrival, catalogues, errors, formats, headers, languages, policy

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=[], storage_uri="memory://")


def install(app: Flask) -> None:
    """Everything a page stands on."""
    Babel(app, locale_selector=languages.language).domain_instance = catalogues.Catalogues()
    app.register_blueprint(languages.bp)
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request_funcs.setdefault(None, []).insert(0, arrival.take)
    app.before_request(policy.deny_by_default)
    app.after_request(headers.secure)
    errors.register(app)
    app.jinja_env.globals.update(
        say=formats.say, money=formats.money, when=formats.when, when_short=formats.when_short, day=formats.day,
        left=formats.left, ago=formats.ago, N_=N_,
    )  # fmt: skip
    app.jinja_env.filters["size"] = formats.size
    app.context_processor(_page)


def _page() -> dict[str, object]:
    locale = get_locale()
    return {
        "now": real_now(),
        "locale": str(locale or "en").replace("_", "-"),
        "languages": languages.LANGUAGES,
        "text_direction": locale.text_direction if locale else "ltr",
    }
