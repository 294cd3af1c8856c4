"""One application for all tests of a process: routes, templates and statements are compiled once, not for each."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from disputes import create_app
from disputes.db import db
from disputes.settings import Settings
from disputes.web.install import limiter


class KeptApp:
    """The application of one database. Each test gets it as it was when it was new."""

    def __init__(self) -> None:
        self._app: Flask | None = None
        self._database = ""

    @contextmanager
    def lend(self, settings: Settings) -> Iterator[Flask]:
        """The application, for one test with these settings."""
        if self._app is None or self._database != settings.database:
            self._app, self._database = tried(create_app(settings)), settings.database
        app = self._app
        config, extensions = dict(app.config), dict(app.extensions)
        app.extensions["disputes"] = settings
        with app.app_context():
            limiter.reset()
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        for kept, was in ((app.config, config), (app.extensions, extensions)):
            kept.clear()
            kept.update(was)


def tried(app: Flask) -> Flask:
    """The same application as tests want it: it raises, and forms need no token."""
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True, WTF_CSRF_ENABLED=False)
    return app
