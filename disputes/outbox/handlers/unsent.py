"""What was approved on a payment and never sent, for a case or for an order whose payment was checked."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from disputes.db import db
from disputes.effects import screenings
from disputes.effects.screening_facts import lock_screening
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Allocation, Capture, Freeze, Outbox, Refund, ScreeningRefund
from disputes.moment import moment, real_now
from disputes.outbox.provider import Answer
from disputes.outbox.refunds import note
from disputes.steps import lock_case, take_step

from . import substitute

UNSENT = ("reserved", "failed")


class Unsent(NamedTuple):
    """One refund that was approved and not sent."""

    key: str
    busy: bool  # a worker holds it
    note: Callable[[Answer], Any]  # writes that the provider has it already
    call_off: Callable[[], None]


def of_cases(freeze_id: int) -> list[Unsent]:
    """The refunds that cases ordered; each is called off behind the lock of its own."""
    rows = _rows(freeze_id, Refund, Refund.case_id, "refund", Refund.state.in_(UNSENT))
    return [
        Unsent(key, busy, partial(note, case_id, key, UNSENT), partial(_call_off, case_id, refund_id))
        for refund_id, case_id, key, busy in rows
    ]


def of_screenings(freeze_id: int) -> list[Unsent]:
    """Those of orders that were not accepted as they were paid; each behind the lock of its order."""
    unsent = or_(ScreeningRefund.failure.is_not(None), ScreeningRefund.provider_ref.is_(None))
    which = ScreeningRefund.promised() & unsent
    rows = _rows(freeze_id, ScreeningRefund, ScreeningRefund.screening_id, "substitute", which)
    return [
        Unsent(key, busy, partial(substitute.note, key), partial(_call_off_screened, screening_id, refund_id))
        for refund_id, screening_id, key, busy in rows
    ]


def _rows(freeze_id: int, table: Any, of: Any, kind: str, which: Any) -> list[tuple[int, int, str, bool]]:
    """(refund, what it is `of`, key, whether a worker holds it) of everything approved on the payment and not sent."""
    held = select(Outbox.id).where(
        Outbox.kind == kind, Outbox.key == table.key, Outbox.done_at.is_(None), Outbox.lease_until > real_now()
    )
    query = (
        select(table.id, of, table.key, held.exists())
        .join(Capture, Capture.id == table.capture_id)
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .join(Freeze, Freeze.payment_id == Allocation.payment_id)
        .where(Freeze.id == freeze_id, which)
    )
    found = [(row[0], row[1], row[2], bool(row[3])) for row in db.session.execute(query.order_by(table.id))]
    db.session.rollback()
    return found


def _call_off(case_id: int, refund_id: int) -> None:
    locked = lock_case(case_id)
    assert locked is not None, "a refund without its case"
    refund = db.session.get(Refund, refund_id, populate_existing=True)
    if refund is not None and refund.state in UNSENT:
        now = moment(locked[1])
        take_step(refund, "call_off", SYSTEM_ACTOR, now=now, received_at=now)


def _call_off_screened(screening_id: int, refund_id: int) -> None:
    locked = lock_screening(screening_id)
    assert locked is not None, "a refund without its screening"
    screening, order, shop = locked
    refund = db.session.get_one(ScreeningRefund, refund_id, populate_existing=True)
    if refund.state in UNSENT:
        now = moment(shop)
        screenings.call_off(screening, refund, order, now)
        substitute.step(screening, "call_off", refund, now)
