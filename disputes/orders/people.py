"""The two sides of an order: the buyer's account and the seller."""

from datetime import datetime

from sqlalchemy import select

from disputes.db import db
from disputes.incoming.schema import BuyerIn, SellerIn
from disputes.models import Account, Seller

from .merge import put


def buyer_id(given: BuyerIn, *, now: datetime) -> int:
    """The account of that address; made without a password when there is none, left as it is when there is."""
    found = db.session.scalar(select(Account.id).where(Account.email == given.email))
    if found is not None:
        return found
    account = Account(email=given.email, name=given.name, locale=given.locale, zone=given.zone, created_at=now)
    db.session.add(account)
    db.session.flush()
    return account.id


def seller_id(shop_id: str, given: SellerIn) -> int:
    """The shop's seller of that ref, made or brought up to date."""
    query = select(Seller).where(Seller.shop_id == shop_id, Seller.ref == given.ref)
    seller = db.session.scalars(query).one_or_none()
    if seller is None:
        seller = Seller(shop_id=shop_id, ref=given.ref)
        db.session.add(seller)
    put(seller, {"name": given.name, "is_trader": given.is_trader})
    db.session.flush()
    return seller.id
