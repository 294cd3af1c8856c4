"""Chargebacks and freezes with what their pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, exists, func, literal, select

from disputes.auth.people import Person
from disputes.db import UtcDateTime, db
from disputes.effects.payment_moves import Record
from disputes.models import (
    Account,
    Allocation,
    Capture,
    Case,
    Chargeback,
    Evidence,
    Freeze,
    HouseEvent,
    Order,
    Payment,
    Refund,
    Screening,
    ScreeningRefund,
    Shop,
)
from disputes.web.keyset import PAGE
from disputes.workflows.chargeback import CHARGEBACK
from disputes.workflows.freeze import EXCESS, FREEZE
from disputes.workflows.roles import INSIDE

NO_DAY = datetime(9999, 1, 1, tzinfo=UTC)  # where a bank names no day: after all others
LAST_ID = 2**31 - 1
Place = tuple[datetime, int]


@dataclass(frozen=True)
class Whole:
    """One record and all that its pages show. Amounts in minor units."""

    payment: Payment
    captures: Sequence[Capture]
    refunds: Sequence[Any]  # (refund, case)
    screened: Sequence[Any]  # (refund, order), of orders that were not accepted as they were paid
    cases: Sequence[Case]
    orders: Sequence[Order]
    asked_by: str | None
    approved_by: str | None
    story: Sequence[Any]  # (event, who)

    @property
    def captured_minor(self) -> int:
        return sum(capture.captured_minor for capture in self.captures)

    @property
    def back_minor(self) -> int:
        """What went back, or is promised to."""
        return self.captured_minor - sum(capture.left_minor for capture in self.captures)


def whole(record: Record) -> Whole:
    """Everything about a chargeback or a freeze."""
    of = Allocation.payment_id == record.payment_id
    captures = db.session.scalars(select(Capture).join(Allocation).where(of).order_by(Capture.id)).all()
    refunds = db.session.execute(
        select(Refund, Case)
        .join(Case, Case.id == Refund.case_id)
        .where(Refund.capture_id.in_([capture.id for capture in captures]))
        .order_by(Refund.id)
    ).all()
    screened = db.session.execute(
        select(ScreeningRefund, Order)
        .join(Screening, Screening.id == ScreeningRefund.screening_id)
        .join(Order, Order.id == Screening.order_id)
        .where(ScreeningRefund.capture_id.in_([capture.id for capture in captures]))
        .order_by(ScreeningRefund.id)
    ).all()
    orders = db.session.scalars(select(Order).join(Allocation).where(of).distinct().order_by(Order.id)).all()
    cases = db.session.scalars(
        select(Case).where(Case.order_id.in_([order.id for order in orders])).order_by(Case.id)
    ).all()
    names = _names(record)
    return Whole(
        db.session.get_one(Payment, record.payment_id), captures, refunds, screened, cases, orders,
        names.get(record.asked_by or 0), names.get(record.approved_by or 0), _story(record),
    )  # fmt: skip


def _names(record: Record) -> dict[int, str]:
    query = select(Account.id, Account.name).where(Account.id.in_((record.asked_by, record.approved_by)))
    return {account_id: name for account_id, name in db.session.execute(query)}


def _story(record: Record) -> Sequence[Any]:
    mine = (HouseEvent.root == "payment", HouseEvent.root_id == str(record.payment_id))
    of = (HouseEvent.record == record.__tablename__, HouseEvent.record_id == record.id)
    query = select(HouseEvent, Account.name).outerjoin(Account, Account.id == HouseEvent.actor_id)
    return db.session.execute(query.where(*mine, *of).order_by(HouseEvent.seq)).all()


def exhibits(record: Record) -> Sequence[Evidence]:
    """The exhibits of all cases about the orders a payment paid."""
    cases = select(Case.id).join(Allocation, Allocation.order_id == Case.order_id)
    mine = Evidence.case_id.in_(cases.where(Allocation.payment_id == record.payment_id))
    return db.session.scalars(select(Evidence).where(mine).order_by(Evidence.id)).all()


def waiting(person: Person, after: Place | None) -> Select[Chargeback, Payment, str]:
    """(chargeback, payment, shop's name) that no bank has decided, the one to be answered first at the top."""
    due = func.coalesce(Chargeback.due_at, literal(NO_DAY, UtcDateTime))
    query = _of(person).where(Chargeback.state.in_(CHARGEBACK.open_states))
    if after:
        query = query.where((due > after[0]) | (due == after[0]) & (Chargeback.id > min(after[1], LAST_ID)))
    return query.order_by(due, Chargeback.id).limit(PAGE + 1)


def ended(person: Person, after: Place | None) -> Select[Chargeback, Payment, str]:
    """The same of what banks have decided, the newest first."""
    query = _of(person).where(Chargeback.state.not_in(CHARGEBACK.open_states))
    if after:
        query = query.where(Chargeback.id < min(after[1], LAST_ID))
    return query.order_by(Chargeback.id.desc()).limit(PAGE + 1)


def place(row: Any) -> Place:
    """Where a row stands in either list."""
    return row[0].due_at or NO_DAY, row[0].id


def _of(person: Person) -> Select[Chargeback, Payment, str]:
    return (
        select(Chargeback, Payment, Shop.name)
        .join(Payment, Payment.id == Chargeback.payment_id)
        .join(Shop, Shop.id == Chargeback.shop_id)
        .where(Chargeback.shop_id.in_(person.shops_as(*INSIDE)), _not_own(person, Chargeback.payment_id))
    )


def excesses(person: Person) -> Sequence[Any]:
    """(freeze, payment, shop's name): payments from which more went back than was taken, and nobody has freed yet."""
    query = (
        select(Freeze, Payment, Shop.name)
        .join(Payment, Payment.id == Freeze.payment_id)
        .join(Shop, Shop.id == Freeze.shop_id)
        .where(Freeze.why == EXCESS, Freeze.state.in_(FREEZE.open_states))
        .where(Freeze.shop_id.in_(person.shops_as(*INSIDE)), _not_own(person, Freeze.payment_id))
        .order_by(Freeze.began_at, Freeze.id)
        .limit(PAGE)
    )
    return db.session.execute(query).all()


def _not_own(person: Person, payment_id: Any) -> Any:
    """Nobody works on their own."""
    own = (Order.buyer_id == person.id) | Order.seller_id.in_(person.sellers)
    return ~exists().where(Allocation.payment_id == payment_id, Allocation.order_id == Order.id, own)
