"""Claim a row for a while, finish it, give it back. Times are real."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.engine import CursorResult

from disputes.db import db, writing
from disputes.models import Outbox
from disputes.moment import real_now

from .job import Job, LostLease

LEASE_S = 180.0  # longer than the longest handler: a mailer that lets every one of its eight answers wait 10 s
MAX_TRIES = 20  # with the waits below about two and a half hours
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 600.0


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    lapsed = or_(Outbox.lease_until.is_(None), Outbox.lease_until < now)
    return Outbox.done_at.is_(None), Outbox.stuck_at.is_(None), lapsed


def claim(*, lease_s: float = LEASE_S, but_not: Collection[str] = ()) -> Job | None:
    """Take the next due row, leaving out the kinds `but_not`; None when there is none. Commits."""
    now = real_now()
    due = select(Outbox).where(*_free(now), Outbox.run_at <= now, Outbox.kind.not_in(but_not))
    query = due.order_by(Outbox.run_at, Outbox.id).limit(1)
    if db.session.scalar(query.with_only_columns(Outbox.id)) is None:
        return None  # idle workers take no write lock
    with writing() as session:
        # SKIP LOCKED is PostgreSQL's; on SQLite the write transaction itself keeps others out.
        locked = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        row = session.scalars(locked).one_or_none()
        if row is None:
            return None
        row.attempts += 1
        row.lease_token, row.lease_until = secrets.token_hex(16), now + timedelta(seconds=lease_s)
        return Job(row.id, row.kind, row.key, row.case_id, dict(row.payload), row.attempts, row.lease_token)


def next_due() -> datetime | None:
    """When the next row that nobody holds is due; None when none waits."""
    query = select(Outbox.run_at).where(*_free(real_now())).order_by(Outbox.run_at, Outbox.id).limit(1)
    return db.session.scalar(query)


def finish(job: Job) -> None:
    """Mark a row done, inside the caller's transaction. LostLease when it is no longer ours."""
    _settle(job, done_at=real_now(), last_error=None)


def again(job: Job, seconds: float, why: str | None = None) -> None:
    """Let a row that is not over run once more; not counted as a failure."""
    looks = job.payload.get("looks", 0) + 1
    _settle(job, run_at=_in(seconds), attempts=0, payload={**job.payload, "looks": looks}, last_error=why)


def fail(job: Job, error: str, *, for_good: bool = False) -> None:
    """Put a row back for its next try, or call for a person when there is none."""
    if for_good or job.attempts >= MAX_TRIES:
        return _settle(job, stuck_at=real_now(), last_error=error[:200])
    _settle(job, run_at=_in(wait_s(job.attempts)), last_error=error[:200])


def stuck() -> Sequence[Outbox]:
    """Rows that wait for a person, oldest first."""
    return db.session.scalars(select(Outbox).where(Outbox.stuck_at.is_not(None)).order_by(Outbox.stuck_at)).all()


def revive(row_id: int) -> bool:
    """Try a stuck row from the start again, inside the caller's transaction. False when it is not stuck."""
    query = update(Outbox).where(Outbox.id == row_id, Outbox.stuck_at.is_not(None))
    result = db.session.execute(query.values(stuck_at=None, attempts=0, run_at=real_now()))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def wait_s(attempts: int) -> float:
    """Seconds until the next try: twice as long each time."""
    return float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (attempts - 1)))


def _in(seconds: float) -> datetime:
    return real_now() + timedelta(seconds=seconds)


def _settle(job: Job, **values: Any) -> None:
    mine = (Outbox.id == job.id, Outbox.lease_token == job.token, Outbox.done_at.is_(None))
    result = db.session.execute(update(Outbox).where(*mine).values(**values, lease_token=None, lease_until=None))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise LostLease(job.key)
