"""Find limits that ran out and reminders that are due. What they do is decided by the same code as everything else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, and_, insert, or_, select

from disputes.db import db, writing
from disputes.effects.frozen import lock_payment
from disputes.effects.house_facts import lock_subject
from disputes.effects.house_moves import fire_due
from disputes.effects.screening_facts import lock_screening
from disputes.effects.screening_moves import lapse
from disputes.effects.unit import CLOCK_ACTOR
from disputes.models import Case, Chargeback, Clock, Outbox, Restriction, Screening, Shop
from disputes.moment import moment, real_now
from disputes.outbox import away, put
from disputes.steps import fire_overdue, lock_case, take_step
from disputes.workflows.chargeback import WAITS
from disputes.workflows.restriction import IN_FORCE
from disputes.workflows.roles import PARTIES

GRACE = away.GRACE
BATCH = 200
log = structlog.get_logger()


def sweep() -> int:
    """Fire what is overdue and remind of what soon will be; returns how many cases and clocks were touched."""
    away.notice(real_now())
    return (
        sum(map(_fire, _found(overdue)))
        + sum(map(_remind, _found(unwarned)))
        + sum(map(_begin_or_end, _found(restrictions_due)))
        + sum(map(_bank_waited, _found(chargebacks_due)))
        + sum(map(_lapse, _found(invoices_due)))
    )


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


def restrictions_due(shops: list[str], now: datetime) -> Select[Any]:
    """Restrictions of `shops` whose start has come and was not acted on, or whose end has passed."""
    start = and_(Restriction.begun_at.is_(None), Restriction.starts_at <= now)
    return (
        select(Restriction.id)
        .where(Restriction.state.in_(IN_FORCE), or_(start, Restriction.ends_at < now), Restriction.shop_id.in_(shops))
        .order_by(Restriction.id)
        .limit(BATCH)
    )


def chargebacks_due(shops: list[str], now: datetime) -> Select[Any]:
    """Chargebacks of `shops` that the bank waited for until before `now`, and nobody answered."""
    return (
        select(Chargeback.id)
        .where(Chargeback.state.in_(WAITS), Chargeback.due_at < now, Chargeback.shop_id.in_(shops))
        .order_by(Chargeback.due_at, Chargeback.id)
        .limit(BATCH)
    )


def _bank_waited(chargeback_id: int) -> int:
    with writing():
        payment_id = db.session.scalar(select(Chargeback.payment_id).where(Chargeback.id == chargeback_id))
        _, shop, _ = lock_payment(payment_id or 0)
        chargeback = db.session.get(Chargeback, chargeback_id, populate_existing=True)
        now = moment(shop)
        if chargeback is None or chargeback.state not in WAITS or chargeback.due_at is None or chargeback.due_at >= now:
            return 0
        take_step(chargeback, "run_out", CLOCK_ACTOR, now=now, received_at=now)
    log.warning("the bank waited for an answer in vain", chargeback=chargeback_id)
    return 1


def _begin_or_end(restriction_id: int) -> int:
    with writing():
        locked = lock_subject(restriction_id)
        if locked is None:
            return 0
        now = moment(locked[2])
        return len(fire_due(locked[0], now=now, received_at=now))


def invoices_due(shops: list[str], now: datetime) -> Select[Any]:
    """Orders of `shops` whose invoice nobody paid in time."""
    late = (Screening.state == "invoice_sent", Screening.due_at < now - GRACE, Screening.shop_id.in_(shops))
    return select(Screening.id).where(*late).order_by(Screening.due_at, Screening.id).limit(BATCH)


def _lapse(screening_id: int) -> bool:
    with writing():
        locked = lock_screening(screening_id)
        return locked is not None and lapse(locked[0], now=moment(locked[2]))


def _found(query: Any) -> Iterator[int]:
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
