"""Take an order in: the same door for a file, the API and the demo."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select

from disputes.db import db
from disputes.incoming.problems import NotTaken
from disputes.incoming.schema import OrderIn
from disputes.models import Order, Shop

from .goods import bring_lines, bring_parcels
from .merge import put
from .money import bring_money
from .people import buyer_id, seller_id
from .screened import screen

Brought = Literal["new", "updated", "unchanged"]
PLAIN = {"placed_at", "channel", "country", "shipping_minor", "shipping_ordinary_minor"}
FIXED = {
    "buyer_id": "buyer.email: the order belongs to somebody else; an import never moves it to another buyer",
    "seller_id": "seller.ref: the order was sold by another seller",
    "currency": "currency: the order is kept in another currency",
}


def bring(given: OrderIn, *, now: datetime) -> Brought:
    """Make or update one order, as it was sent, under its row's lock. The caller commits.

    Lines and parcels become those that were sent; money once recorded never vanishes. Raises NotTaken."""
    order = _locked(given.shop, given.number)
    if order is None and db.session.get(Shop, given.shop) is None:
        raise NotTaken(f"shop: there is no shop '{given.shop}' here")
    fixed = {
        "buyer_id": buyer_id(given.buyer, now=now),
        "seller_id": seller_id(given.shop, given.seller),
        "currency": given.currency,
    }
    new = order is None
    if order is None:
        order = Order(shop_id=given.shop, number=given.number, imported_at=now, updated_at=now, **fixed)
        db.session.add(order)
    elif moved := [FIXED[name] for name, value in fixed.items() if getattr(order, name) != value]:
        raise NotTaken(*moved)
    changed = put(order, given.model_dump(include=PLAIN))
    db.session.flush()
    changed |= _parts(order, given)
    screen(order, given, new=new, now=now)
    if new:
        return "new"
    if changed:
        order.updated_at = now
        db.session.flush()
    return "updated" if changed else "unchanged"


def _locked(shop_id: str, number: str) -> Order | None:
    query = select(Order).where(Order.shop_id == shop_id, Order.number == number)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def _parts(order: Order, given: OrderIn) -> bool:
    lines, changed = bring_lines(order, given.lines, given.discount_minor)
    changed |= bring_parcels(order, given.parcels, lines)
    return bring_money(order, given.payments) or changed
