"""What an operator does from the command line: add shops, and people with their roles."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from disputes.db import db
from disputes.effects.house import note
from disputes.effects.unit import Actor
from disputes.models import Account, Seller, Shop
from disputes.policies.nearest import did_you_mean
from disputes.rules import registry
from disputes.workflows.core import Refused
from disputes.workflows.roles import ADMIN, MEMBERS

from . import passwords, rights
from .service import HASHER


class Unfit(Exception):
    """Something an operator gave that cannot be taken; its text says what and why."""


def new_password() -> str:
    """Four groups of four, 80 bits: long enough for anybody, short enough to type."""
    alphabet = "23456789abcdefghijkmnpqrstuvwxyz"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


def hash_password(password: str, email: str = "") -> str:
    """Its argon2 hash; takes a while, so not inside a write transaction. Raises Unfit."""
    if why := passwords.problem(password, email):
        raise Unfit(str(why))
    return HASHER.hash(password)


def add_shop(shop_id: str, name: str, actor: Actor, *, pack: str, zone: str, currency: str, now: datetime) -> Shop:
    """A new shop that follows the rules `pack`. The caller commits. Raises Unfit."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", shop_id):
        raise Unfit(f"A shop's id is lower-case letters, digits and dashes, such as jd-3p; '{shop_id}' is not.")
    if not name.strip() or len(name) > 200:
        raise Unfit("A shop's name has 1 to 200 characters.")
    _known("rules", pack, {known.meta.id for known in registry().all()})
    _known("time zone", zone, available_timezones())
    _known("currency", currency, list_currencies())
    if db.session.get(Shop, shop_id, with_for_update=True) is not None:
        raise Unfit(f"There is a shop '{shop_id}' already.")
    shop = Shop(id=shop_id, name=name.strip(), pack=pack, zone=zone, currency=currency)
    db.session.add(shop)
    db.session.flush()
    details = {"pack": pack, "zone": zone, "currency": currency}
    note(shop, "add_shop", actor, at=now, shop_id=shop_id, details=details)
    return shop


def _known(what: str, written: str, known: set[str]) -> None:
    if written not in known:
        raise Unfit(f"There is no {what} '{written}'{_hint(written, known)}.")


def _hint(written: str, known: Iterable[str]) -> str:
    near = did_you_mean(written, known)
    return near if len(near) < 200 else ""  # hundreds of zones help nobody


def has_password(email: str) -> bool:
    """Whether somebody of that address can sign in by password already."""
    query = select(Account.id).where(Account.email == email.strip().lower(), Account.password_hash.is_not(None))
    return db.session.scalar(query) is not None


def address_of(email: str) -> str:
    """An e-mail address as accounts hold it. Raises Unfit."""
    try:
        return validate_email(email, check_deliverability=False).normalized.lower()
    except EmailNotValidError as wrong:
        raise Unfit(f"'{email}' is no e-mail address: {wrong}") from None


def add_person(email: str, name: str, *, password_hash: str | None, zone: str | None, now: datetime) -> Account:
    """The account of that address, locked; made when there is none. One that is there keeps its name and password,
    and gets `password_hash` only if it had none. The caller commits. Raises Unfit."""
    address = address_of(email)
    if zone is not None:
        _known("time zone", zone, available_timezones())
    account = db.session.scalars(select(Account).where(Account.email == address).with_for_update()).one_or_none()
    if account is None:
        if not name.strip() or len(name) > 200:
            raise Unfit("A person's name has 1 to 200 characters.")
        account = Account(email=address, name=name.strip(), zone=zone, created_at=now)
        db.session.add(account)
    account.password_hash = account.password_hash or password_hash
    db.session.flush()
    return account


def give_role(
    account: Account, role: str, shop_id: str | None, seller_ref: str | None = None, *, now: datetime
) -> bool:  # fmt: skip
    """Give a locked account a role; False when it had it. Raises Unfit."""
    seller_id = place_of(role, shop_id, seller_ref)
    try:
        return rights.give(account, role, shop_id, seller_id, by=None, now=now)
    except Refused as refused:
        raise Unfit(str(refused.reason)) from None


def place_of(role: str, shop_id: str | None, seller_ref: str | None) -> int | None:
    """Where a role is one: the seller's id, None for staff. Unfit when the shop or the seller is not there."""
    if (role in MEMBERS) != bool(seller_ref):
        raise Unfit("Members of a seller and its managers, and only they, need a seller.")
    if (role == ADMIN) != (shop_id is None):
        raise Unfit("An admin is one of the whole installation; every other role is in a shop.")
    if shop_id is not None and db.session.get(Shop, shop_id) is None:
        raise Unfit(f"There is no shop '{shop_id}'{_hint(shop_id, db.session.scalars(select(Shop.id)))}.")
    return _seller(shop_id, seller_ref) if shop_id is not None and seller_ref else None


def _seller(shop_id: str, ref: str) -> int:
    found = db.session.scalar(select(Seller.id).where(Seller.shop_id == shop_id, Seller.ref == ref))
    if found is None:
        known = db.session.scalars(select(Seller.ref).where(Seller.shop_id == shop_id).limit(1000))
        raise Unfit(f"There is no seller '{ref}' in this shop{_hint(ref, known)}. Sellers come with their orders.")
    return found
