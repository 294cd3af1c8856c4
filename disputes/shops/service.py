"""Change a shop. Every function asks again whether its actor is an admin, under the lock."""

from datetime import datetime

from sqlalchemy import select

from disputes.auth import keys, rights
from disputes.auth.staff import add_shop
from disputes.db import db
from disputes.models import Shop


def change(
    by: int, shop_id: str, name: str, refund_limit_minor: int | None, daily_limit_minor: int | None
) -> None:  # fmt: skip
    """Set a shop's name and limits (minor units of its currency; None: no limit)."""
    shop = _locked(by, shop_id)
    shop.name, shop.refund_limit_minor, shop.daily_limit_minor = name.strip(), refund_limit_minor, daily_limit_minor
    db.session.flush()
    rights.log.info("a shop was changed", by=by, shop=shop_id, refund=refund_limit_minor, daily=daily_limit_minor)


def add(by: int, shop_id: str, name: str, *, pack: str, zone: str, currency: str) -> None:
    """A new shop. Raises Unfit."""
    rights.as_admin(by)
    add_shop(shop_id, name, pack=pack, zone=zone, currency=currency)


def new_key(by: int, shop_id: str, *, now: datetime) -> str:
    """A new secret for hand-off links; returned this once."""
    _locked(by, shop_id)
    rights.log.info("a shop's key was made", by=by, shop=shop_id)
    return keys.new_key(shop_id, now=now)


def _locked(by: int, shop_id: str) -> Shop:
    rights.as_admin(by)
    query = select(Shop).where(Shop.id == shop_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
