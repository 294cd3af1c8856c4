"""The order a filing is about."""

from collections.abc import Sequence

from sqlalchemy import select

from disputes.db import db
from disputes.models import Order, OrderLine, Seller, Shop


def order_for(public_id: str) -> tuple[Order, Shop, Seller] | None:
    """An order with its shop and seller."""
    row = db.session.execute(
        select(Order, Shop, Seller)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Seller, Seller.id == Order.seller_id)
        .where(Order.public_id == public_id)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def lines_of(order: Order) -> Sequence[OrderLine]:
    """An order's lines."""
    return db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)).all()
