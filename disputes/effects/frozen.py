"""A payment whose refunds wait: locked, its captures counted, frozen, let go again."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from disputes.db import db
from disputes.models import Allocation, Capture, Case, Chargeback, Freeze, Payment, Shop
from disputes.workflows.freeze import EXCESS, FREEZE

from . import payment_moves
from .house import lock_root
from .unit import SYSTEM_ACTOR, PaymentUnit


def open_freeze(payment_id: Any) -> tuple[Any, ...]:
    """The conditions of an open freeze of a payment; `payment_id` may be a column."""
    return Freeze.payment_id == payment_id, Freeze.state.in_(FREEZE.open_states)


def cases_of(payment_id: int) -> list[int]:
    """Cases about the orders a payment paid for, in the order they are locked in."""
    query = select(Case.id).join(Allocation, Allocation.order_id == Case.order_id)
    return list(db.session.scalars(query.where(Allocation.payment_id == payment_id).distinct().order_by(Case.id)))


def lock_payment(payment_id: int) -> tuple[Payment, Shop, list[Capture]]:
    """Lock a payment and its captures, in the order of their ids. Cases, where needed, are locked before."""
    payment = lock_root(Payment, payment_id)
    assert payment is not None, "a payment that was just found"
    shop = db.session.get(Shop, payment.shop_id)
    assert shop is not None, "a payment without its shop"
    query = select(Capture).join(Allocation).where(Allocation.payment_id == payment_id).order_by(Capture.id)
    locked = query.with_for_update(of=Capture).execution_options(populate_existing=True)
    return payment, shop, list(db.session.scalars(locked))


def freeze(unit: PaymentUnit, why: str, chargeback: Chargeback | None = None) -> Freeze:
    """Let the refunds of a locked payment wait; an excess that is open already is enough."""
    if why == EXCESS:
        open_ = select(Freeze).where(*open_freeze(unit.root.id), Freeze.why == EXCESS)
        if (found := db.session.scalars(open_).one_or_none()) is not None:
            return found
    row = Freeze(
        shop_id=unit.shop.id, payment_id=unit.root.id, chargeback_id=chargeback.id if chargeback else None, why=why,
        began_at=unit.now, state=FREEZE.begin.dest, changed_at=unit.now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    payment_moves.note(bare(unit), row, FREEZE.begin.trigger, None)
    return row


def bare(unit: PaymentUnit) -> PaymentUnit:
    """The same hands for another record: nothing of what was collected for the first."""
    return PaymentUnit(unit.root, unit.shop, SYSTEM_ACTOR, unit.now, unit.received_at)


def check_excess(unit: PaymentUnit, captures: Iterable[Capture], before: Mapping[int, int]) -> None:
    """More went back than was taken, or is promised to: a person must look, and nothing more is sent until two did.

    `before`: what was left of each capture by its id. What two people looked at already asks for nobody again."""
    if any(capture.left_minor < min(0, before[capture.id]) for capture in captures):
        freeze(unit, EXCESS)


def left_of(captures: Iterable[Capture]) -> dict[int, int]:
    """What is left of each capture now."""
    return {capture.id: capture.left_minor for capture in captures}
