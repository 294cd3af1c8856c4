"""What `disputes doctor` asks the machine: Python, extras, folders, the database and its schema."""

import os
import platform
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Engine, text

from .finding import Finding, mend, note, well

OLDEST_PYTHON = (3, 11)
EXTRAS = {  # extra -> (module it brings, what it is for)
    "postgres": ("psycopg", "PostgreSQL as the database"),
    "stripe": ("stripe", "refunds by Stripe"),
}
# The WAL-reset bug can corrupt a database that two connections use: mended in these releases and all later ones.
MENDED_SQLITE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
SAFE_POSTGRES = {
    "fsync": "a power cut can destroy the database",
    "full_page_writes": "a power cut can destroy the database",
    "synchronous_commit": "a power cut can lose what people were told is saved",
}


def python() -> Finding:
    here = f"Python {platform.python_version()}"
    return well(here) if sys.version_info >= OLDEST_PYTHON else mend(f"{here}: 3.11 or newer is needed")


def extras() -> Iterator[Finding]:
    """One line for each extra that is not installed."""
    for extra, (module, purpose) in EXTRAS.items():
        if find_spec(module) is None:
            yield note(f"extra {extra!r} is not installed; for {purpose}: pip install 'disputes[{extra}]'")


def instance(folder: Path) -> Finding:
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return well(f"instance folder {folder}")
    return mend(f"instance folder {folder}: it cannot be written to")


def database(engine: Engine) -> Iterator[Finding]:
    """Which database this is, which release, and whether it is set to keep what it was told."""
    yield well(f"database {engine.url.render_as_string(hide_password=True)}")
    yield from _sqlite(engine) if engine.dialect.name == "sqlite" else _postgres(engine)


def _sqlite(engine: Engine) -> Iterator[Finding]:
    with engine.connect() as connection:
        release = str(connection.scalar(text("SELECT sqlite_version()")))
    if resets_wal(release):
        yield mend(f"SQLite {release} has the WAL-reset bug, which can corrupt the database; take 3.51.3 or newer")
    else:
        yield well(f"SQLite {release}, without the WAL-reset bug")


def resets_wal(release: str) -> bool:
    """Whether an SQLite release has the bug: all do but the mended ones and what came before WAL (3.7.0)."""
    numbers = tuple(map(int, release.split(".")))
    mended = any(numbers[:2] == fixed[:2] and numbers >= fixed for fixed in MENDED_SQLITE)
    return (3, 7, 0) <= numbers < MENDED_SQLITE[-1] and not mended


def _postgres(engine: Engine) -> Iterator[Finding]:
    with engine.connect() as connection:
        yield well(f"PostgreSQL {connection.scalar(text('SHOW server_version'))}")
        for setting, danger in SAFE_POSTGRES.items():
            value = connection.scalar(text(f"SHOW {setting}"))
            yield mend(f"PostgreSQL: {setting} is off: {danger}") if value == "off" else well(f"{setting} is {value}")


def schema(engine: Engine) -> Finding:
    """Whether the tables are those this release knows."""
    head = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config()).get_current_head()
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    if here == head:
        return well(f"tables at revision {here}")
    found = f"the tables are at revision {here}" if here else "there are no tables"
    return mend(f"{found}, this release needs {head}: flask --app disputes db upgrade")
