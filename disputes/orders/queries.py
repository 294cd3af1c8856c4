"""A buyer's orders: the list, and one with all that belongs to it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import func, select, tuple_

from disputes.auth.people import Person
from disputes.casefile.rows import rows, select_rows
from disputes.casefile.views import Line
from disputes.db import db
from disputes.models import (
    Account,
    Allocation,
    Case,
    Order,
    OrderLine,
    Parcel,
    ParcelLine,
    Payment,
    Refund,
    Screening,
    ScreeningRefund,
    Seller,
    Shop,
)
from disputes.text import Text
from disputes.workflows.case import CASE
from disputes.workflows.refund import REFUND
from disputes.workflows.roles import BUYER

from .views import Asked, OrderRow, OrderView, ParcelView

PAGE = 20


def orders_of(person: Person, after: str | None) -> tuple[list[OrderRow], str | None]:
    """A page of a buyer's orders, newest first, behind the order `after`; and the order the next page comes behind."""
    mine = OrderLine.order_id == Order.id
    first = select(OrderLine.title).where(mine).order_by(OrderLine.id).limit(1).scalar_subquery()
    lines = select(func.count()).select_from(OrderLine).where(mine).scalar_subquery()
    paid = select(func.coalesce(func.sum(OrderLine.paid_minor), 0)).where(mine).scalar_subquery()
    query = (
        select(Order, Shop.name, Seller.name, first, lines, paid)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Seller, Seller.id == Order.seller_id)
        .where(person.bought(Order))
        .order_by(Order.placed_at.desc(), Order.id.desc())
    )
    if after is not None:
        place = select(Order.placed_at, Order.id).where(Order.public_id == after, person.bought(Order))
        query = query.where(tuple_(Order.placed_at, Order.id) < place.correlate(None).scalar_subquery())
    found = db.session.execute(query.limit(PAGE + 1)).all()
    shown = found[:PAGE]
    cases = _open_cases([row[0].id for row in shown])
    more = shown[-1][0].public_id if len(found) > PAGE else None
    return [_row(row, cases.get(row[0].id)) for row in shown], more


def _open_cases(order_ids: Sequence[int]) -> dict[int, Case]:
    """The newest open case of each order."""
    query = select(Case).where(Case.order_id.in_(order_ids), Case.is_open).order_by(Case.id)
    return {case.order_id: case for case in db.session.scalars(query)}


def _row(found: Any, case: Case | None) -> OrderRow:
    order, shop, seller, first, lines, paid = found
    more = ngettext(" and %(num)d more", " and %(num)d more", lines - 1) if lines > 1 else ""
    return OrderRow(
        url=url_for("orders.show", order_id=order.public_id), number=order.number, shop_name=shop, seller_name=seller,
        placed_at=order.placed_at, total_minor=paid + order.shipping_minor, currency=order.currency,
        lines_text=first + more, case_url=url_for("cases.show", case_id=case.public_id) if case else None,
        case_label=Text(CASE.by_name[case.public_state].label) if case else None,
        file_url=None if case else url_for("filings.new", order_id=order.public_id),
    )  # fmt: skip


def order_view(public_id: str, person: Person) -> OrderView | None:
    """One order of a buyer; None when there is none, or it is somebody else's."""
    query = (
        select(Order, Shop.name, Seller.name, Account.name)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Seller, Seller.id == Order.seller_id)
        .join(Account, Account.id == Order.buyer_id)
        .where(Order.public_id == public_id, person.bought(Order))
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        return None
    order, shop, seller, buyer = found
    asked, returned = _screened(order)
    lines = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)).all()
    return OrderView(
        number=order.number, shop_name=shop, seller_name=seller, placed_at=order.placed_at, currency=order.currency,
        total_minor=sum(line.paid_minor for line in lines) + order.shipping_minor,
        shipping_minor=order.shipping_minor, lines=tuple(map(_line, lines)),
        parcels=_parcels(order, {line.id: line.title for line in lines}),
        payments=_payments(order, buyer), refunds=_refunds(order, returned), asked=asked,
        cases=tuple(rows(select_rows().where(Case.order_id == order.id).order_by(Case.id.desc()), BUYER)),
        file_url=url_for("filings.new", order_id=order.public_id),
    )  # fmt: skip


def _line(line: OrderLine) -> Line:
    return Line(
        line.title, line.variant, line.quantity, line.quantity, line.unit_minor, line.paid_minor, line.category,
        line.listing.get("url"),
    )  # fmt: skip


def _parcels(order: Order, titles: Mapping[int, str]) -> tuple[ParcelView, ...]:
    query = select(Parcel, ParcelLine).outerjoin(ParcelLine, ParcelLine.parcel_id == Parcel.id)
    parcels: dict[Parcel, list[tuple[str, int]]] = {}
    for parcel, held in _of(query.where(Parcel.order_id == order.id).order_by(Parcel.id, ParcelLine.line_id)):
        holds = parcels.setdefault(parcel, [])
        if held is not None:
            holds.append((titles[held.line_id], held.quantity))
    return tuple(
        ParcelView(p.carrier, p.tracking, p.dispatched_at, p.delivered_at, tuple(holds)) for p, holds in parcels.items()
    )


def _payments(order: Order, buyer: str) -> tuple[tuple[Text, int, str | None], ...]:
    query = select(Payment.label, Allocation.amount_minor, Payment.payer)
    query = query.join(Allocation, Allocation.payment_id == Payment.id).where(Allocation.order_id == order.id)
    return tuple(
        (Text("%(label)s", {"label": {"name": label}}), amount, payer if payer != buyer else None)
        for label, amount, payer in _of(query.order_by(Allocation.id))
    )


def _refunds(order: Order, returned: Sequence[ScreeningRefund]) -> tuple[tuple[int, Text, Any], ...]:
    """What cases sent back, and what went back because the order was not accepted as it was paid."""
    query = select(Refund.amount_minor, Refund.state, Refund.arrived_at)
    query = query.join(Case, Case.id == Refund.case_id).where(Case.order_id == order.id)
    found = [tuple(row) for row in _of(query.order_by(Refund.id))]
    found += [(one.amount_minor, one.state, one.arrived_at) for one in returned]
    return tuple((amount, Text(REFUND.by_name[state].label), at) for amount, state, at in found)


def _screened(order: Order) -> tuple[Asked | None, list[ScreeningRefund]]:
    """The invoice that waits for the buyer, if one does; and what went back instead."""
    query = select(Screening, ScreeningRefund).outerjoin(ScreeningRefund).where(Screening.order_id == order.id)
    found = _of(query.order_by(ScreeningRefund.id))
    waits = next((one for one, _ in found if one.state == "invoice_sent"), None)
    asked = Asked(waits.invoice_minor, waits.due_at, waits.how_to_pay) if waits else None
    return asked, [refund for _, refund in found if refund is not None]


def _of(query: Any) -> Sequence[Any]:
    return db.session.execute(query).all()
