"""Shops and what their rules are called."""

from collections.abc import Sequence

from sqlalchemy import select

from disputes.db import db
from disputes.models import Shop
from disputes.rules import registry


def shops() -> Sequence[Shop]:
    """Every shop, by name."""
    return db.session.scalars(select(Shop).order_by(Shop.name, Shop.id)).all()


def shop(shop_id: str) -> Shop | None:
    """One shop."""
    return db.session.get(Shop, shop_id)


def rules() -> list[tuple[str, str]]:
    """(id, name) of all shop rules there are."""
    return sorted((known.meta.id, known.meta.name) for known in registry().all())
