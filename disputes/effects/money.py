"""What an ordered outcome does: reserve on the captures, write the refunds, settle them when the money arrived."""

from datetime import datetime, timedelta

from sqlalchemy import select

from disputes.db import db
from disputes.models import Allocation, Capture, Outcome, Refund
from disputes.moment import real_now
from disputes.outbox import put
from disputes.text import N_, Text
from disputes.workflows.core import Refused
from disputes.workflows.refund import REFUND

from .unit import Unit

LOOK_AGAIN = timedelta(seconds=2)  # how soon the provider is asked whether a refund it took has arrived


def lock_captures(order_id: int) -> list[Capture]:
    """All captures of an order, locked in the order of their ids."""
    query = (
        select(Capture)
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .where(Allocation.order_id == order_id)
        .order_by(Capture.id)
        .with_for_update(of=Capture)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def left(capture: Capture) -> int:
    """Minor units of a capture that nobody was promised."""
    return capture.captured_minor - capture.refund_reserved_minor - capture.refunded_minor


def carry_out(unit: Unit, outcome: Outcome) -> None:
    """Make an ordered outcome happen: money is reserved now and sent by the worker, a cancellation is announced.

    What the platform owes a seller after an appeal (DESIGN 6) waits for a lead, who pays it and says so."""
    if outcome.kind == "refund":
        _reserve(unit, outcome)
    elif outcome.kind == "cancel_order":
        unit.outbox.append(
            put.row("cancel_order", f"cancel-{outcome.id}", {"outcome": outcome.id}, case_id=outcome.case_id)
        )


def _reserve(unit: Unit, outcome: Outcome) -> None:
    captures = lock_captures(unit.case.order_id)
    wanted, free = outcome.amount_minor or 0, sum(left(c) for c in captures)
    if wanted > free:
        reason = N_("Only %(left)s of what was paid is left to send back.")
        raise Refused(Text(reason, {"left": {"minor": free, "currency": outcome.currency}}))
    for capture in captures:
        part = min(wanted, left(capture))
        if part > 0:
            wanted -= part
            capture.refund_reserved_minor += part
            _refund(unit, outcome, capture, part)


def _refund(unit: Unit, outcome: Outcome, capture: Capture, part: int) -> None:
    key = f"refund-{outcome.id}-{capture.id}"  # known before the row has an id, and the same however often we try
    db.session.add(
        Refund(
            case_id=outcome.case_id, outcome_id=outcome.id, capture_id=capture.id, amount_minor=part,
            currency=outcome.currency, key=key, state=REFUND.begin.dest, ordered_at=unit.now, changed_at=unit.now,
        )
    )  # fmt: skip
    unit.outbox.append(put.row("refund", key, {"key": key}, case_id=outcome.case_id))


def look_again(unit: Unit, refund: Refund) -> None:
    """The provider took the refund; ask it soon whether the money arrived."""
    run_at = real_now() + LOOK_AGAIN
    unit.outbox.append(
        put.row("refund_arrival", f"{refund.key}-arrival", {"key": refund.key}, case_id=refund.case_id, run_at=run_at)
    )


def send_again(unit: Unit, refund: Refund) -> None:
    """Try a failed refund again, under a new key: the provider said no for good to the old one."""
    refund.key = f"refund-{refund.outcome_id}-{refund.capture_id}-{refund.version}"
    refund.failure = None
    unit.outbox.append(put.row("refund", refund.key, {"key": refund.key}, case_id=refund.case_id))


def settle_capture(unit: Unit, refund: Refund) -> None:
    """The money arrived: what was reserved on the capture is refunded now."""
    query = select(Capture).where(Capture.id == refund.capture_id).with_for_update()
    capture = db.session.scalars(query.execution_options(populate_existing=True)).one()
    capture.refund_reserved_minor -= refund.amount_minor
    capture.refunded_minor += refund.amount_minor
    told = unit.details.get("arrived_at")
    refund.arrived_at = datetime.fromisoformat(told) if told else unit.now
