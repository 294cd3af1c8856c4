"""What a bank takes back of a payment's captures, and what it gives back."""

from collections.abc import Mapping, Sequence

from sqlalchemy import case as sql_case
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Allocation, Capture, Chargeback, Movement, Order
from disputes.models.book import PROVIDER, SELLER

from .books import Moved
from .unit import PaymentUnit

TOOK, GAVE_BACK = "chargeback", "chargeback_won"


def take_back(unit: PaymentUnit, chargeback: Chargeback, captures: Sequence[Capture], ref: str | None) -> None:
    """The bank took the money: always recorded. Of the capture it names, or of the payment's captures in order, each
    up to what was taken; whatever is more than all of them, of the last."""
    named = [capture for capture in captures if capture.ref == ref] or list(captures)
    wanted = chargeback.amount_minor - sum(taken(chargeback).values())
    for capture in named:
        last = capture is named[-1]
        part = wanted if last else min(wanted, max(0, capture.captured_minor - capture.charged_back_minor))
        _move(unit, chargeback, capture, part, TOOK)
        wanted -= part


def give_back(unit: PaymentUnit, chargeback: Chargeback) -> None:
    """The bank gave back all it took by this chargeback."""
    _give(unit, chargeback, sum(taken(chargeback).values()))


def keep(unit: PaymentUnit, chargeback: Chargeback) -> None:
    """The bank keeps what it took; where it had given it back before, it takes it again of the same captures."""
    take_back(unit, chargeback, _captures(chargeback), None)


def adjust(unit: PaymentUnit, chargeback: Chargeback) -> None:
    """The bank takes more, or less, than it said first. What it gave back altogether stays so."""
    has = sum(taken(chargeback).values())
    if has and has < chargeback.amount_minor:
        take_back(unit, chargeback, _captures(chargeback), None)
    else:
        _give(unit, chargeback, has - chargeback.amount_minor)


def _give(unit: PaymentUnit, chargeback: Chargeback, wanted: int) -> None:
    """Book so much as given back, of the captures in order, each up to what was taken of it."""
    for capture_id, amount in taken(chargeback).items():
        part = max(0, min(amount, wanted))
        _move(unit, chargeback, db.session.get_one(Capture, capture_id), -part, GAVE_BACK)
        wanted -= part


def _captures(chargeback: Chargeback) -> Sequence[Capture]:
    """Those that this chargeback took something of, at any time."""
    mine = select(Movement.capture_id).where(Movement.key.startswith(f"chargeback-{chargeback.id}-"))
    return db.session.scalars(select(Capture).where(Capture.id.in_(mine)).order_by(Capture.id)).all()


def taken(chargeback: Chargeback) -> Mapping[int, int]:
    """What this chargeback has taken of each capture by now, in minor units."""
    signed = sql_case((Movement.what == TOOK, Movement.amount_minor), else_=-Movement.amount_minor)
    query = select(Movement.capture_id, func.sum(signed)).where(
        Movement.key.startswith(f"chargeback-{chargeback.id}-"), Movement.capture_id.is_not(None)
    )
    return {of: int(amount) for of, amount in db.session.execute(query.group_by(Movement.capture_id)) if of and amount}


def _move(unit: PaymentUnit, chargeback: Chargeback, capture: Capture, amount: int, what: str) -> None:
    """`amount` is what the bank takes; below nothing: what it gives back."""
    if amount == 0:
        return
    capture.charged_back_minor += amount
    of = select(Order.id, Order.seller_id).join(Allocation, Allocation.order_id == Order.id)
    order_id, seller_id = db.session.execute(of.where(Allocation.id == capture.allocation_id)).one()
    unit.moved.append(
        Moved(
            f"chargeback-{chargeback.id}-{chargeback.version}-{capture.id}", what, (SELLER, seller_id), (PROVIDER, 0),
            amount, chargeback.currency, unit.shop.id, unit.now, order_id=order_id, capture_id=capture.id,
            account_id=unit.actor.id,
        )
    )  # fmt: skip
