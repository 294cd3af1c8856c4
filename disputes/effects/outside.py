"""What others did to a payment, as the provider tells it: always recorded, once, whatever it leads to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from disputes.db import db
from disputes.models import Allocation, Capture, Chargeback, Freeze, Movement, Order, OutsideRefund, Payment
from disputes.models.book import PROVIDER, SELLER
from disputes.moment import moment
from disputes.outbox.provider import DisputeTold, RefundTold
from disputes.steps import lock_case, take_step
from disputes.workflows.chargeback import CHARGEBACK, WAITS
from disputes.workflows.freeze import CHARGED_BACK, EXCESS, FREEZE

from . import books, charged_back, payment_moves
from .books import Moved
from .frozen import cases_of, check_excess, freeze, left_of, lock_payment, open_freeze
from .unit import SYSTEM_ACTOR, PaymentUnit


def dispute_told(shop_id: str, told: DisputeTold, now: datetime) -> bool:
    """Record a bank's dispute as it stands at the provider. `now` is the shop's domain time.
    False: the payment is not known here (yet).

    The first time, the money is booked as taken back, and the payment's refunds wait; when the bank has decided, it is
    booked, and they wait no longer unless more went back than was taken."""
    found = _payment(shop_id, told.payment_ref)
    if found is None:
        return False
    cases = [lock_case(case_id) for case_id in cases_of(found)]
    unit, captures = _unit(found, now)
    before = left_of(captures)
    query = select(Chargeback).where(Chargeback.shop_id == shop_id, Chargeback.ref == told.ref)
    chargeback = db.session.scalars(query).one_or_none()
    if chargeback is None:
        chargeback = _begin(unit, told, captures)
        _tell_cases(cases, "payment_frozen", {"chargeback": chargeback.id}, now)
    moved = _update(unit, chargeback, told)
    if _asks_again(unit, chargeback, told, moved=moved):
        _tell_cases(cases, "payment_frozen", {"chargeback": chargeback.id}, now)
    if _decided(unit, chargeback, told):
        _tell_cases(cases, "payment_freed", {"chargeback": chargeback.id, "result": told.status}, now)
    check_excess(unit, captures, before)
    return True


def refund_told(shop_id: str, told: RefundTold, now: datetime) -> bool:
    """Record a refund that we did not send. `now` is the shop's domain time. False: its capture is not known (yet).

    One that is on its way still sent nothing: it is looked at again when the provider says more. One that failed after
    it had been recorded came back."""
    found = _payment(shop_id, told.payment_ref)
    if found is None or told.status == "pending":
        return found is not None
    cases = [lock_case(case_id) for case_id in cases_of(found)]
    unit, captures = _unit(found, now)
    capture = next((one for one in captures if one.ref == told.capture_ref), None)
    if capture is None:
        return told.status == "failed"
    row = select(OutsideRefund).where(OutsideRefund.capture_id == capture.id, OutsideRefund.ref == told.ref)
    known, before = db.session.scalars(row).one_or_none(), left_of(captures)
    if told.status == "failed":
        if known is not None:
            _came_back(unit, capture, known)
        return True
    if known is not None:
        return True
    promised = capture.refund_reserved_minor > 0
    _sent_past_us(unit, capture, told)
    books.write(unit.moved)
    _tell_cases(cases, "refund_seen", {"amount_minor": told.amount_minor, "currency": told.currency}, now)
    if promised:
        freeze(unit, EXCESS)  # it may be for the very refund that we have promised: two people say
    check_excess(unit, captures, before)
    return True


def _payment(shop_id: str, ref: str) -> int | None:
    return db.session.scalar(select(Payment.id).where(Payment.shop_id == shop_id, Payment.ref == ref))


def _unit(payment_id: int, now: datetime) -> tuple[PaymentUnit, list[Capture]]:
    payment, shop, captures = lock_payment(payment_id)
    return PaymentUnit(payment, shop, SYSTEM_ACTOR, now, now), captures


def _begin(unit: PaymentUnit, told: DisputeTold, captures: list[Capture]) -> Chargeback:
    chargeback = Chargeback(
        shop_id=unit.shop.id, payment_id=unit.root.id, ref=told.ref, reason=told.reason[:40],
        amount_minor=told.amount_minor, currency=told.currency,
        told_at=moment(unit.shop, told.at), due_at=_due(unit, told), exhibits=[],
        state=CHARGEBACK.begin.dest, changed_at=unit.now,
    )  # fmt: skip
    db.session.add(chargeback)
    db.session.flush()
    charged_back.take_back(unit, chargeback, captures, told.capture_ref)
    payment_moves.note(unit, chargeback, CHARGEBACK.begin.trigger, None)
    freeze(unit, CHARGED_BACK, chargeback)
    return chargeback


def _update(unit: PaymentUnit, chargeback: Chargeback, told: DisputeTold) -> bool:
    """What the bank may change while it looks: its deadline, the amount; and that it is looking. Returns whether it
    waits until another moment now."""
    due_at = _due(unit, told) or chargeback.due_at
    moved, amount = due_at != chargeback.due_at, told.amount_minor
    if moved or (amount != chargeback.amount_minor and told.currency == chargeback.currency):
        chargeback.due_at, chargeback.amount_minor = due_at, amount
        details = {"due_at": due_at.isoformat() if due_at else None}
        _step(unit, chargeback, "bank_moved", details)
    if told.status == "under_review" and chargeback.state in (*WAITS, "unanswered"):
        _step(unit, chargeback, "bank_took")
    return moved


def _asks_again(unit: PaymentUnit, chargeback: Chargeback, told: DisputeTold, *, moved: bool) -> bool:
    """Whether the bank waits for an answer once more, after a first round; then the payment's refunds wait, too.

    Where we have answered, only another deadline says so: our answer may not have reached it yet."""
    answered, due_at = chargeback.state in ("contested", "accepted"), chargeback.due_at
    if told.status != "needs_answer" or chargeback.state in WAITS or due_at is None or due_at <= unit.now:
        return False
    if answered and not moved:
        return False
    _step(unit, chargeback, "bank_asks")
    for row in db.session.scalars(select(Freeze).where(Freeze.chargeback_id == chargeback.id)):
        if row.state not in FREEZE.open_states:
            _step(unit, row, "freeze_again")
    return True


def _due(unit: PaymentUnit, told: DisputeTold) -> datetime | None:
    """Until when the bank waits, in the shop's domain time."""
    return moment(unit.shop, told.due_at) if told.due_at else None


def _decided(unit: PaymentUnit, chargeback: Chargeback, told: DisputeTold) -> bool:
    """Whether the bank's word is news; then it is booked, and the refunds wait no longer for the bank."""
    if told.status not in ("won", "lost") or told.status == chargeback.state:
        return False
    _step(unit, chargeback, {"won": "win", "lost": "lose"}[told.status])
    waits = select(Freeze).where(*open_freeze(unit.root.id), Freeze.chargeback_id == chargeback.id)
    for row in db.session.scalars(waits):
        _step(unit, row, "thaw")
    return True


def _step(
    unit: PaymentUnit, record: Chargeback | Freeze, trigger: str, details: Mapping[str, Any] | None = None
) -> None:
    take_step(record, trigger, SYSTEM_ACTOR, now=unit.now, received_at=unit.received_at, details=details)


def _sent_past_us(unit: PaymentUnit, capture: Capture, told: RefundTold) -> None:
    row = OutsideRefund(
        capture_id=capture.id, ref=told.ref, amount_minor=told.amount_minor, currency=told.currency, at=told.at
    )
    db.session.add(row)
    capture.outside_minor += row.amount_minor
    _move(unit, capture, row, f"outside-{capture.id}-{row.ref}", "refund_outside", row.amount_minor)


def _came_back(unit: PaymentUnit, capture: Capture, row: OutsideRefund) -> None:
    """A refund past us that had arrived came back: we have the money again. Booked once."""
    key = f"outside-back-{capture.id}-{row.ref}"
    if db.session.scalar(select(Movement.id).where(Movement.key == key)) is not None:
        return
    capture.outside_minor -= row.amount_minor
    _move(unit, capture, row, key, "refund_outside_back", -row.amount_minor)
    books.write(unit.moved)


def _move(unit: PaymentUnit, capture: Capture, row: OutsideRefund, key: str, what: str, amount_minor: int) -> None:
    of = select(Order.id, Order.seller_id).join(Allocation, Allocation.order_id == Order.id)
    order_id, seller_id = db.session.execute(of.where(Allocation.id == capture.allocation_id)).one()
    unit.moved.append(
        Moved(
            key, what, (SELLER, seller_id), (PROVIDER, 0), amount_minor, row.currency, unit.shop.id, unit.now,
            order_id=order_id, capture_id=capture.id,
        )
    )  # fmt: skip


def _tell_cases(cases: list[Any], trigger: str, details: Mapping[str, Any], now: datetime) -> None:
    for case, _ in cases:
        take_step(case, trigger, SYSTEM_ACTOR, now=now, received_at=now, details=details)
