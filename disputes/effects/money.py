"""What an ordered outcome does: reserve on the captures, write the refunds, settle them when the money arrived.

Each of it is booked: what is promised leaves the seller's purse at once, and the provider's when it arrives."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Allocation, Capture, Outcome, Refund
from disputes.models.book import BUYER, SELLER
from disputes.moment import real_now
from disputes.outbox import put
from disputes.text import N_, Text
from disputes.workflows.core import Refused
from disputes.workflows.outcome import CREDIT, RESTRICT
from disputes.workflows.refund import REFUND

from .books import Moved
from .borne import PLATFORM, PROVIDER, book_borne, book_refund, due_to_buyer, moved_key, still_borne
from .repaid import parts_of
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


def lock_capture(capture_id: int) -> Capture:
    """One capture, locked and read again."""
    query = select(Capture).where(Capture.id == capture_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def carry_out(unit: Unit, outcome: Outcome) -> None:
    """Make an ordered outcome happen: money is reserved now and sent by the worker, a cancellation is announced,
    an account is restricted.

    What the platform owes a seller after an appeal (DESIGN 6) waits for a lead, who pays it and says so."""
    if outcome.kind == "refund":
        _reserve(unit, outcome)
    elif outcome.kind == RESTRICT:
        # An account is never locked under a case's lock: the worker does it, in a transaction of its own.
        unit.outbox.append(
            put.row("restrict", f"restrict-{outcome.id}", {"outcome": outcome.id}, case_id=outcome.case_id)
        )
    elif outcome.kind == "cancel_order":
        unit.outbox.append(
            put.row("cancel_order", f"cancel-{outcome.id}", {"outcome": outcome.id}, case_id=outcome.case_id)
        )
        _let_go_of_rest(unit, outcome)


def _let_go_of_rest(unit: Unit, outcome: Outcome) -> None:
    """What was authorised for a cancelled order and never taken is let go; of nothing, nothing."""
    unit.outbox += voids(unit.case.order_id, f"void-{outcome.id}", outcome.case_id)


def voids(order_id: int, key: str, case_id: int | None) -> list[dict[str, Any]]:
    """Work that lets go what was authorised for an order and never taken; `key` begins each row's."""
    taken = func.coalesce(func.sum(Capture.captured_minor), 0)
    query = (
        select(Allocation.id, Allocation.amount_minor - Allocation.voided_minor - taken)
        .outerjoin(Capture, Capture.allocation_id == Allocation.id)
        .where(Allocation.order_id == order_id)
        .group_by(Allocation.id)
        .order_by(Allocation.id)
    )
    # int: PostgreSQL sums to a decimal.
    return [
        put.row("void", f"{key}-{of}", {"allocation": of, "open_minor": int(rest)}, case_id=case_id)
        for of, rest in db.session.execute(query)
        if rest > 0
    ]


def _reserve(unit: Unit, outcome: Outcome) -> None:
    captures = lock_captures(unit.case.order_id)
    wanted, free = outcome.amount_minor or 0, sum(capture.left_minor for capture in captures)
    if wanted > free:
        reason = N_("Only %(left)s of what was paid is left to send back.")
        raise Refused(Text(reason, {"left": {"minor": free, "currency": outcome.currency}}))
    for capture, part in zip(captures, parts_of(outcome, captures), strict=True):
        if part > 0:
            capture.refund_reserved_minor += part
            _refund(unit, outcome, capture, part)


def _refund(unit: Unit, outcome: Outcome, capture: Capture, part: int) -> None:
    key = f"refund-{outcome.id}-{capture.id}"  # known before the row has an id, and the same however often we try
    refund = Refund(
        case_id=outcome.case_id, outcome_id=outcome.id, capture_id=capture.id, amount_minor=part,
        currency=outcome.currency, key=key, state=REFUND.begin.dest, ordered_at=unit.now, changed_at=unit.now,
        platform_minor=min(part, still_borne(unit, outcome)),
    )  # fmt: skip
    db.session.add(refund)
    book_borne(unit, refund, "refund_promised", key, outcome.decision_id)
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
    refund.failure, refund.tries = None, 0
    unit.outbox.append(put.row("refund", refund.key, {"key": refund.key}, case_id=refund.case_id))


def settle_capture(unit: Unit, refund: Refund) -> None:
    """The money arrived: what was reserved on the capture is refunded now."""
    capture = lock_capture(refund.capture_id)
    capture.refund_reserved_minor -= refund.amount_minor
    capture.refunded_minor += refund.amount_minor
    told = unit.details.get("arrived_at")
    refund.arrived_at = datetime.fromisoformat(told) if told else unit.now
    book_refund(unit, refund, "refund_paid", moved_key(refund), due_to_buyer(unit), PROVIDER)


def put_back(unit: Unit, refund: Refund) -> None:
    """Money that had arrived came back: it is owed again."""
    capture = lock_capture(refund.capture_id)
    capture.refunded_minor -= refund.amount_minor
    capture.refund_reserved_minor += refund.amount_minor
    refund.arrived_at = None
    book_refund(unit, refund, "refund_bounced", moved_key(refund), PROVIDER, due_to_buyer(unit))


def let_go(unit: Unit, refund: Refund) -> None:
    """Two people called it off: nothing is promised any more."""
    lock_capture(refund.capture_id).refund_reserved_minor -= refund.amount_minor
    book_borne(unit, refund, "refund_called_off", moved_key(refund), back=True)


def settle_by_hand(unit: Unit, refund: Refund) -> None:
    """The platform paid the buyer itself: the provider still has what was taken."""
    lock_capture(refund.capture_id).refund_reserved_minor -= refund.amount_minor
    book_refund(unit, refund, "refund_by_hand", moved_key(refund), due_to_buyer(unit), PLATFORM)


def credit(unit: Unit, outcome: Outcome) -> None:
    """The platform has paid a seller who won an appeal, or collected what a buyer got by fraud (DESIGN 6)."""
    case = unit.case
    what, source, dest = (
        ("platform_credit", PLATFORM, (SELLER, case.seller_id)) if outcome.kind == CREDIT
        else ("debit_buyer", (BUYER, case.buyer_id), PLATFORM)
    )  # fmt: skip
    unit.moved.append(
        Moved(
            f"outcome-{outcome.id}-paid", what, source, dest,
            outcome.amount_minor or 0, outcome.currency, case.shop_id, unit.now, case_id=case.id,
            order_id=case.order_id, decision_id=outcome.decision_id, account_id=unit.actor.id,
        )
    )  # fmt: skip
