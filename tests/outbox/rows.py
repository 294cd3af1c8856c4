"""Rows of the outbox as tests want them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from disputes.db import db, writing
from disputes.models import Outbox
from disputes.moment import real_now
from disputes.outbox import put
from disputes.outbox.handlers import HANDLERS
from disputes.outbox.job import Handler


def add(*keys: str, kind: str = "test", in_s: float = 0, payload: dict[str, Any] | None = None) -> None:
    """Write rows that are due in so many seconds."""
    at = real_now() + timedelta(seconds=in_s)
    with writing() as session:
        rows = [put.row(kind, key, payload or {}, case_id=None, run_at=at) for key in keys]
        session.execute(insert(Outbox), rows)


def row(key: str) -> Outbox:
    """A row as it stands now."""
    db.session.rollback()
    query = select(Outbox).where(Outbox.key == key).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def hurry(**where: Any) -> None:
    """Make every waiting row due now, as if the time had passed."""
    query = update(Outbox).where(Outbox.done_at.is_(None), Outbox.stuck_at.is_(None))
    with writing() as session:
        session.execute(query.filter_by(**where).values(run_at=real_now()))


def let_leases_run_out() -> None:
    """As if every lease's time had passed."""
    with writing() as session:
        session.execute(update(Outbox).values(lease_until=real_now() - timedelta(seconds=1)))


@contextmanager
def handling(act: Any = lambda job: None, record: Any = lambda job, answer: None, kind: str = "test") -> Iterator[None]:
    """A handler for a kind of row, for one test."""
    HANDLERS[kind] = Handler(act, record)
    try:
        yield
    finally:
        del HANDLERS[kind]
