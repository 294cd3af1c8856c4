"""The secrets shops sign their hand-off links with: two at most are good, so that one can be changed without a gap."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from disputes.db import db
from disputes.effects.house import note
from disputes.effects.unit import Actor
from disputes.models import Shop, ShopKey
from disputes.web.secret import new_salt, token_of

PURPOSE = "hand-off"


def new_key(shop: Shop, actor: Actor, *, now: datetime) -> str:
    """A new secret for a locked shop, returned this once; the one before it stays good, older ones end.

    The caller commits."""
    shop_id = shop.id
    newest = select(ShopKey.id).where(*_good(shop_id)).order_by(ShopKey.id.desc()).limit(1)
    keep = db.session.scalar(newest) or 0
    db.session.execute(update(ShopKey).where(*_good(shop_id), ShopKey.id != keep).values(ended_at=now))
    salt = new_salt()
    key = ShopKey(shop_id=shop_id, salt=salt, created_at=now)
    db.session.add(key)
    db.session.flush()
    note(shop, "new_key", actor, at=now, shop_id=shop_id, record="shop_key", record_id=key.id)
    return token_of(salt, PURPOSE)


def keys_of(shop_id: str) -> Sequence[ShopKey]:
    """The keys that are good, the newest first."""
    return db.session.scalars(select(ShopKey).where(*_good(shop_id)).order_by(ShopKey.id.desc())).all()


def secrets_of(shop_id: str) -> list[str]:
    """The secrets a link of this shop may be signed with."""
    return [token_of(key.salt, PURPOSE) for key in keys_of(shop_id)]


def _good(shop_id: str) -> tuple[ColumnElement[bool], ...]:
    return ShopKey.shop_id == shop_id, ShopKey.ended_at.is_(None)
