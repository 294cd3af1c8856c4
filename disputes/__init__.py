"""Disputes: takes a complaint about an order from the first question to a reasoned, executed decision."""

from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from disputes import web
from disputes.db import Base, db, prepare
from disputes.settings import ROOT, Settings

SLICES = (
    "auth",
    "orders",
    "filings",
    "cases",
    "inbox",
    "messages",
    "evidence",
    "offers",
    "decisions",
    "desk",
    "appeals",
    "refunds",
    "costs",
    "webhooks",
    "books",
    "chargebacks",
    "screening",
    "vouchers",
    "restrictions",
    "reports",
    "referrals",
    "switches",
    "people",
    "shops",
    "rulebook",
    "audit",
    "api",
    "demo",
)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. RuntimeError when a route declares no policy."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__, instance_path=str(settings.instance.resolve()))
    web.configure(app, settings)
    db.init_app(app)
    web.migrate.init_app(app, db, directory=str(ROOT / "migrations"), compare_type=True)
    with app.app_context():
        prepare(db.engine)
    web.install(app)
    for name in SLICES:
        app.register_blueprint(import_module(f"disputes.{name}.routes").bp)
    web.require_policies(app)
    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(ROOT / "disputes" / "static"), prefix="static/")  # type: ignore[method-assign]
    return app


__all__ = ["Base", "create_app"]
