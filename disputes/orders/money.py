"""The payments of an order, what of them pays it, and what was really taken."""

from collections.abc import Sequence

from sqlalchemy import select

from disputes.db import db
from disputes.effects.money import lock_captures
from disputes.incoming.problems import NotTaken
from disputes.incoming.schema import CaptureIn, PaymentIn
from disputes.models import Allocation, Capture, Order, Payment

from .merge import merge
from .taken import book_taken

Share = tuple[str, str]  # payment's ref and tender
Captures = dict[tuple[int, str], Capture]  # by allocation and ref
VOID = "money that was recorded stays on record; send it with amount_minor 0 if it was void"


def bring_money(order: Order, given: Sequence[PaymentIn]) -> bool:
    """Record payments, allocations and captures; whether any changed. NotTaken when money would vanish."""
    payments = _payments(order.shop_id, given)
    changed = merge(
        payments,
        {p.ref: p.model_dump(exclude={"ref", "allocations"}) for p in given},
        lambda ref: Payment(shop_id=order.shop_id, ref=ref),
    )
    shares = _shares(order.id)
    captures = {(c.allocation_id, c.ref): c for c in lock_captures(order.id)}
    _nothing_vanishes(shares, captures, given)
    changed |= merge(
        shares,
        {(p.ref, s.tender): {"amount_minor": s.amount_minor} for p in given for s in p.allocations},
        lambda key: Allocation(
            payment_id=payments[key[0]].id, order_id=order.id, tender=key[1], currency=order.currency
        ),
    )
    taken = {(shares[p.ref, s.tender].id, c.ref): c for p in given for s in p.allocations for c in s.captures}
    _nothing_promised_goes(captures, taken)
    wanted = {key: {"captured_minor": c.amount_minor, "captured_at": c.captured_at} for key, c in taken.items()}
    before = {key: capture.captured_minor for key, capture in captures.items()}
    changed |= merge(captures, wanted, lambda key: Capture(allocation_id=key[0], ref=key[1]))
    book_taken(order, {c: c.captured_minor - before.get(key, 0) for key, c in captures.items()})
    return changed


def _payments(shop_id: str, given: Sequence[PaymentIn]) -> dict[str, Payment]:
    query = select(Payment).where(Payment.shop_id == shop_id, Payment.ref.in_([p.ref for p in given]))
    return {payment.ref: payment for payment in db.session.scalars(query)}


def _shares(order_id: int) -> dict[Share, Allocation]:
    query = select(Payment.ref, Allocation).join(Payment, Payment.id == Allocation.payment_id)
    rows = db.session.execute(query.where(Allocation.order_id == order_id))
    return {(ref, share.tender): share for ref, share in rows}


def _nothing_vanishes(shares: dict[Share, Allocation], captures: Captures, given: Sequence[PaymentIn]) -> None:
    sent = {(p.ref, s.tender): {c.ref for c in s.captures} for p in given for s in p.allocations}
    missing = [f"payments: '{key[0]}' ({key[1]}) is missing: {VOID}" for key in shares if key not in sent]
    names = {share.id: key for key, share in shares.items()}
    for allocation_id, ref in captures:
        key = names[allocation_id]
        if key in sent and ref not in sent[key]:
            missing.append(f"payments: capture '{ref}' of '{key[0]}' is missing: {VOID}")
    if missing:
        raise NotTaken(*missing)


def _nothing_promised_goes(captures: Captures, taken: dict[tuple[int, str], CaptureIn]) -> None:
    """A capture never falls below what was sent back or promised."""
    low = [
        f"payments: of capture '{capture.ref}' {promised} is promised or sent back already; it cannot become less"
        for key, capture in captures.items()
        if (promised := capture.refund_reserved_minor + capture.refunded_minor) > taken[key].amount_minor
    ]
    if low:
        raise NotTaken(*low)
