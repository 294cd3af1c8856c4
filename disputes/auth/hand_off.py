"""Buyers come by a link their shop has signed. It opens one order, once, for five minutes; docs/hand-off.md."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from disputes.db import db
from disputes.models import Account, HandOff, Order
from disputes.moment import real_now
from disputes.web.secret import made_from

from .keys import secrets_of

GOOD_FOR, AHEAD = timedelta(minutes=5), timedelta(minutes=1)  # a shop's clock may be a little fast


@dataclass(frozen=True)
class Link:
    """What a link says: the shop, its order number, the buyer's e-mail, when it was made (seconds since 1970)."""

    shop_id: str
    order: str
    email: str
    at: str
    sig: str


def signature(secret: str, shop_id: str, order: str, email: str, at: str) -> str:
    """HMAC-SHA256, in hexadecimal, over the five lines of a link."""
    lines = "\n".join(("hand-off", shop_id, order, email, at))
    return hmac.new(secret.encode(), lines.encode(), "sha256").hexdigest()


def is_good(link: Link, now: datetime) -> bool:
    """Whether the shop signed it not long ago. Takes as long for a shop that is not there."""
    said = (link.shop_id, link.order, link.email, link.at)
    # Where there are fewer than two, one nobody can know stands in.
    secrets = [*secrets_of(link.shop_id), *(made_from(n, "no secret").hex() for n in "12")][:2]
    signed = [hmac.compare_digest(signature(secret, *said).encode(), link.sig.encode()) for secret in secrets]
    if not any(signed) or any("\n" in part for part in said) or not link.at.isascii() or not link.at.isdigit():
        return False
    age = now.timestamp() - int(link.at)
    return -AHEAD.total_seconds() <= age <= GOOD_FOR.total_seconds()


def find(link: Link) -> tuple[str, int] | None:
    """The public id of the order and the id of its buyer, if the address is theirs and the account is open."""
    row = db.session.execute(
        select(Order.public_id, Account.id)
        .join(Account, Account.id == Order.buyer_id)
        .where(Order.shop_id == link.shop_id, Order.number == link.order)
        .where(Account.email == link.email.strip().lower(), Account.disabled_at.is_(None))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def use(link: Link) -> bool:
    """Take a link, inside a write transaction; False when it was taken before."""
    now, table = real_now(), HandOff.__table__
    assert isinstance(table, Table)
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    row = {"signature": link.sig, "shop_id": link.shop_id, "used_at": now}
    taken = dialect.insert(table).values(row).on_conflict_do_nothing().returning(table.c.signature)
    is_first = db.session.scalar(taken) is not None
    # What is too old to be good needs no note any more.
    db.session.execute(delete(HandOff).where(HandOff.used_at < now - 2 * (GOOD_FOR + AHEAD)))
    return is_first
