"""Change a shop. Every function asks again whether its actor is an admin, under the lock."""

from dataclasses import asdict, dataclass
from datetime import datetime

from disputes.auth import keys, rights
from disputes.auth.staff import add_shop
from disputes.effects.house import lock_root, note
from disputes.effects.unit import Actor
from disputes.models import Shop
from disputes.workflows.roles import ADMIN


@dataclass(frozen=True)
class Limits:
    """What people may decide alone, in minor units of the shop's currency. None: no limit; for vouchers: none are
    given, or not more with two than alone."""

    refund_limit_minor: int | None
    daily_limit_minor: int | None
    voucher_limit_minor: int | None
    voucher_most_minor: int | None


def change(by: int, shop_id: str, name: str, limits: Limits, *, now: datetime) -> None:
    """Set a shop's name and limits."""
    shop, told = _locked(by, shop_id), asdict(limits)
    shop.name = name.strip()
    for field, value in told.items():
        setattr(shop, field, value)
    note(shop, "change_shop", Actor(by, ADMIN), at=now, shop_id=shop_id, details={**told, "currency": shop.currency})


def add(by: int, shop_id: str, name: str, *, pack: str, zone: str, currency: str, now: datetime) -> None:
    """A new shop. Raises Unfit."""
    rights.as_admin(by)
    add_shop(shop_id, name, Actor(by, ADMIN), pack=pack, zone=zone, currency=currency, now=now)


def new_key(by: int, shop_id: str, *, now: datetime) -> str:
    """A new secret for hand-off links; returned this once."""
    return keys.new_key(_locked(by, shop_id), Actor(by, ADMIN), now=now)


def _locked(by: int, shop_id: str) -> Shop:
    rights.as_admin(by)
    shop = lock_root(Shop, shop_id)
    assert shop is not None, "the page of the shop was there"
    return shop
