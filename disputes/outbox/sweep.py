"""Find limits that ran out and reminders that are due. What they do is decided by the same code as everything else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, insert, select

from disputes.db import db, writing
from disputes.models import Case, Clock, Outbox, Shop
from disputes.moment import moment, real_now
from disputes.outbox import away, put
from disputes.steps import fire_overdue, lock_case
from disputes.workflows.roles import PARTIES

GRACE = away.GRACE
BATCH = 200
log = structlog.get_logger()


def sweep() -> int:
    """Fire what is overdue and remind of what soon will be; returns how many cases and clocks were touched."""
    away.notice(real_now())
    return sum(map(_fire, _cases(overdue))) + sum(map(_remind, _cases(unwarned)))


def overdue(shops: list[str], now: datetime) -> Select[Any]:
    """Cases of `shops` with a limit that had run out before `now`, in the order of its end."""
    return (
        select(Clock.case_id)
        .join(Case, Case.id == Clock.case_id)
        .where(Clock.closed_at.is_(None), Clock.paused_at.is_(None), Clock.due_at.is_not(None))
        .where(Clock.due_at < now - GRACE, Clock.held_at.is_(None), Case.shop_id.in_(shops))
        .order_by(Clock.due_at, Clock.id)
        .limit(BATCH)
    )


def unwarned(shops: list[str], now: datetime) -> Select[Any]:
    """Cases of `shops` with a limit whose reminder is due at `now`."""
    return (
        select(Clock.case_id)
        .join(Case, Case.id == Clock.case_id)
        .where(Clock.closed_at.is_(None), Clock.paused_at.is_(None), Clock.warned_at.is_(None))
        .where(Clock.warn_at.is_not(None), Clock.warn_at <= now, Case.shop_id.in_(shops))
        .order_by(Clock.warn_at, Clock.id)
        .limit(BATCH)
    )


def _cases(query: Any) -> Iterator[int]:
    """The ids `query` finds, each once. One query for all shops on real time, one for each clock that was moved."""
    by_offset: dict[int, list[str]] = {}
    for shop_id, offset in db.session.execute(
        select(Shop.id, Shop.clock_offset_s).where(Shop.steps_stopped_at.is_(None))
    ):
        by_offset.setdefault(offset, []).append(shop_id)
    found: dict[int, None] = {}
    for offset, shops in by_offset.items():
        now = real_now() + timedelta(seconds=offset)
        found |= dict.fromkeys(db.session.scalars(query(shops, now)))
    db.session.rollback()
    yield from found


def _fire(case_id: int) -> bool:
    with writing():
        locked = lock_case(case_id)
        if locked is None:
            return False
        now = moment(locked[1])
        fired = fire_overdue(locked[0], now=now, received_at=now - GRACE)
    if fired:
        log.info("a limit ran out", case=case_id, clock=fired)
    return fired is not None


def _remind(case_id: int) -> int:
    """One mail for each limit of a case whose reminder is due and that still runs."""
    with writing() as session:
        locked = lock_case(case_id)
        now = moment(locked[1]) if locked else real_now()
        query = (
            select(Clock)
            .where(Clock.case_id == case_id, Clock.closed_at.is_(None), Clock.paused_at.is_(None))
            .where(Clock.warned_at.is_(None), Clock.warn_at <= now)
            .execution_options(populate_existing=True)
        )
        clocks = session.scalars(query).all()
        rows = [_reminder(clock) for clock in clocks if clock.due_at and clock.due_at > now and clock.actor in PARTIES]
        for clock in clocks:
            clock.warned_at = now
        if rows:
            session.execute(insert(Outbox), rows)
    return len(clocks)


def _reminder(clock: Clock) -> dict[str, Any]:
    payload = {"topic": "reminder", "to": clock.actor, "seq": clock.opened_seq, "clock": None, "clock_id": clock.id}
    return put.row("mail", f"reminder-{clock.id}", payload, case_id=clock.case_id)
