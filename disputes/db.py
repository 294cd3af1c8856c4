"""The database: session, UTC times, naming, and the two ways to open a transaction."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, Table, event, insert
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

# PostgreSQL: lock_not_available, deadlock_detected, serialization_failure, query_canceled, too_many_connections
BUSY_STATES = {"55P03", "40P01", "40001", "57014", "53300"}
BUSY_MS = 5000  # how long a writer waits for another before it is told to come back


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes only, stored as UTC; SQLite would hand back naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        value = value.astimezone(UTC)
        # SQLite compares text: every value must be written the same way, without its zone.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables. Models inherit this, not db.Model, so that type checkers understand them."""

    type_annotation_map = {datetime: UtcDateTime}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False, "autoflush": False})

# One process, many threads: waiting here is fair and short, waiting inside SQLite is neither (732 ms against 31).
_writer = threading.Lock()


class Busy(Exception):
    """The database is held by another writer for too long; the request may be tried again."""


@contextmanager
def writing() -> Iterator[Any]:
    """A write transaction: ends the read before it, commits at the end, rolls back on any exception.

    Its first statement must lock a root row (see `lock`). Raises Busy."""
    db.session.rollback()
    guard = _writer if db.engine.dialect.name == "sqlite" else None
    if guard and not guard.acquire(timeout=BUSY_MS / 1000):
        raise Busy
    try:
        try:
            db.session.connection(execution_options={"disputes_write": True})
            yield db.session
            db.session.commit()
        except OperationalError as error:
            db.session.rollback()
            if _is_busy(error):
                raise Busy from error
            raise
        except BaseException:
            db.session.rollback()
            raise
    finally:
        if guard:
            guard.release()


def _is_busy(error: OperationalError) -> bool:
    """Whether somebody else held what we waited for; a missing table, say, is another matter."""
    state = getattr(error.orig, "sqlstate", None)
    return state in BUSY_STATES or "database is locked" in str(error.orig)


def insert_rows(model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Write rows in one statement, whatever columns each leaves empty (the ORM would send one per pattern)."""
    if rows:
        db.session.execute(insert(cast(Table, model.__table__)), rows)


def prepare(engine: Engine) -> None:
    """Set up connections: SQLite's pragmas and BEGIN IMMEDIATE for writers, PostgreSQL's lock timeout."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgres_settings)


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("disputes_write")
    # A reader that turns writer fails at once when another wrote meanwhile: writers say so from the start.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _postgres_settings(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {BUSY_MS}")
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()
