"""Orders to check with the facts that matter: who paid, how, how much, from where, and whether it is their first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from disputes.auth.people import Person
from disputes.casefile.views import Line
from disputes.db import db
from disputes.models import (
    Account,
    Allocation,
    Capture,
    Order,
    OrderLine,
    Payment,
    Screening,
    ScreeningRefund,
    Shop,
)
from disputes.policies.schema import Pack
from disputes.text import N_, Text
from disputes.web.keyset import PAGE
from disputes.workflows.roles import DESK

TABS = {
    "check": ("waiting",),
    "open": ("invoice_asked", "invoice_sent", "declining"),
    "done": ("accepted", "invoice_paid", "expired", "declined"),
}
CARD = "card"


@dataclass(frozen=True)
class Row:
    """One order to check. `total_minor` is what it costs, `payers` whoever paid and is not its buyer."""

    screening: Screening
    order: Order
    shop: str
    buyer: str
    total_minor: int
    others_paid: bool
    first: bool
    unchecked: bool  # a card was taken without the bank asking whose it is


@dataclass(frozen=True)
class Paid:
    """One way the order was paid. `captured_minor`: really taken, not only allowed."""

    payment: Payment
    amount_minor: int
    captured_minor: int


def listed(person: Person, tab: str, after: tuple[datetime, int] | None) -> list[Row]:
    """A page and one more of the person's shops: to check the oldest first, of the others the newest."""
    states, oldest_first = TABS[tab], tab == "check"
    refused = exists().where(ScreeningRefund.screening_id == Screening.id, ScreeningRefund.refused())
    here = or_(Screening.state.in_(states), refused) if oldest_first else Screening.state.in_(states)
    query = _rows().where(Screening.shop_id.in_(person.shops_as(*DESK)), here)
    query = query.where(Order.buyer_id != person.id, Order.seller_id.not_in(person.sellers))  # nobody checks their own
    if after:
        edge = min(after[1], 2**31 - 1)
        query = query.where(Screening.id > edge if oldest_first else Screening.id < edge)
    query = query.order_by(Screening.id if oldest_first else Screening.id.desc()).limit(PAGE + 1)
    return [Row(*found) for found in db.session.execute(query)]


def one(screening: Screening) -> Row:
    """The facts of one."""
    return Row(*db.session.execute(_rows().where(Screening.id == screening.id)).one())


def _rows() -> Any:
    paid = select(Payment.id).join(Allocation, Allocation.payment_id == Payment.id)
    paid = paid.where(Allocation.order_id == Order.id)
    before = aliased(Order)
    known = exists().where(before.buyer_id == Order.buyer_id, before.shop_id == Order.shop_id)
    known = known.where(before.id != Order.id, before.placed_at < Order.placed_at)
    lines = select(func.coalesce(func.sum(OrderLine.paid_minor), 0)).where(OrderLine.order_id == Order.id)
    return (
        select(
            Screening,
            Order,
            Shop.name,
            Account.name,
            Order.shipping_minor + lines.scalar_subquery(),
            paid.where(Payment.payer != Account.name).correlate(Order, Account).exists(),
            ~known.correlate(Order),
            paid.where(Payment.method == CARD, Payment.three_d_secure.is_(False)).correlate(Order).exists(),
        )
        .join(Order, Order.id == Screening.order_id)
        .join(Shop, Shop.id == Screening.shop_id)
        .join(Account, Account.id == Order.buyer_id)
    )


def payments(order: Order) -> list[Paid]:
    """How an order was paid, in the order it happened."""
    captured = select(func.coalesce(func.sum(Capture.captured_minor), 0))
    captured = captured.where(Capture.allocation_id == Allocation.id)
    query = (
        select(Payment, Allocation.amount_minor, captured.correlate(Allocation).scalar_subquery())
        .join(Allocation, Allocation.payment_id == Payment.id)
        .where(Allocation.order_id == order.id)
        .order_by(Payment.paid_at, Allocation.id)
    )
    return [Paid(*found) for found in db.session.execute(query)]


def lines(order: Order) -> list[Line]:
    """What was ordered."""
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    return [
        Line(x.title, x.variant, x.quantity, x.quantity, x.unit_minor, x.paid_minor, x.category, x.listing.get("url"))
        for x in db.session.scalars(query)
    ]


def refunds(screening: Screening) -> Sequence[ScreeningRefund]:
    """What goes back of it."""
    mine = select(ScreeningRefund).where(ScreeningRefund.screening_id == screening.id)
    return db.session.scalars(mine.order_by(ScreeningRefund.id)).all()


def rules(pack: Pack) -> list[tuple[Text, tuple[str, ...]]]:
    """What the shop's rules say about it, each with its clauses; only what they do say."""
    card, told = pack.payment.methods.get(CARD), pack.notices.get("fraud_measure")
    found = (
        (N_("Every order is accepted one by one."), pack.payment.acceptance),
        (
            N_("The shop may send the money back and ask for payment by invoice."),
            pack.remedies.get("payment_by_invoice"),
        ),
        (N_("A card needs the bank's own check of its holder (3-D Secure)."), card and card.needs_3ds),
        (N_("The buyer is told why, in words that accuse nobody."), told and told.forbidden),
    )
    return [(Text(words), rule.source) for words, rule in found if rule and rule.value]
