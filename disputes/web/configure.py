"""Flask's configuration from our settings."""

from importlib.util import find_spec

from flask import Flask
from flask_migrate import Migrate

from disputes.settings import Settings

MEGABYTE = 1024 * 1024
migrate = Migrate(render_as_batch=True)


def configure(app: Flask, settings: Settings) -> None:
    """Set limits, cookies and the database. Whoever sends more than the limits gets a 413 page."""
    app.extensions["disputes"] = settings
    secure = settings.secure_cookies
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        SESSION_COOKIE_NAME="__Host-disputes" if secure else "disputes",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=64 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch must still be sendable
        RATELIMIT_HEADERS_ENABLED=True,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES="translations",
        **settings.extra,
    )


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.database.startswith("sqlite"):
        import pysqlite3.dbapi2 as sqlite3  # Debian's own SQLite can corrupt a WAL under two connections

        return {"module": sqlite3, "connect_args": {"check_same_thread": False}}
    if find_spec("psycopg") is None:
        raise RuntimeError("PostgreSQL needs one package more: pip install 'disputes[postgres]'")
    return {"pool_size": 20, "max_overflow": 10, "pool_pre_ping": True}


def settings_of(app: Flask) -> Settings:
    """The settings an application was made with."""
    settings = app.extensions["disputes"]
    assert isinstance(settings, Settings)
    return settings
