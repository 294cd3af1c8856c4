"""Demo data: five shops, about a hundred orders, cases in every state, and people who can sign in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from disputes.auth import staff
from disputes.db import db, writing
from disputes.effects.house import OPERATOR
from disputes.models import Account, Shop
from disputes.moment import real_now
from disputes.orders.service import bring
from disputes.settings import Settings
from disputes.workflows.roles import ADMIN, BUYER, MANAGER, SELLER

from . import demo_logins as logins
from .demo_cases import bring_cases
from .demo_logins import Login
from .demo_orders import SHOPS, orders, read


def arrive(settings: Settings) -> list[Login]:
    """Bring the demo into a database without a shop, all or nothing; afterwards only read its logins back.

    Needs an application context. The passwords are in instance/logins.txt, for its owner's eyes only."""
    file = logins.file_of(settings.instance)
    if db.session.scalar(select(Shop.id).limit(1)) is not None:
        db.session.rollback()
        return logins.read(file)
    db.session.rollback()
    people = read("people")
    made = {key: Login(p["name"], _role(p), p["email"], staff.new_password()) for key, p in people.items()}
    hashes = {key: staff.hash_password(login.password) for key, login in made.items()}
    # Before the data: should we be stopped in between, the next start finds no shop and begins anew.
    logins.write(file, list(made.values()))
    with writing():
        _bring(people, hashes, real_now())
    cases = [case for shop_id in SHOPS for case in read(f"cases/{shop_id}")["case"]]
    bring_cases(cases, people, {key: login.role for key, login in made.items()}, settings)
    return list(made.values())


def _role(person: Mapping[str, Any]) -> str:
    if "manages" in person:
        return MANAGER
    return str(person.get("staff") or (SELLER if "members" in person else BUYER))


def _bring(people: Mapping[str, Any], hashes: Mapping[str, str], now: datetime) -> None:
    for shop_id in SHOPS:
        about = read(shop_id)["shop"]
        rules, zone, currency = about["rules"], about["zone"], about["currency"]
        shop = staff.add_shop(shop_id, about["name"], OPERATOR, pack=rules, zone=zone, currency=currency, now=now)
        shop.refund_limit_minor, shop.daily_limit_minor = about["refund_limit"], about["daily_limit"]
        shop.voucher_limit_minor, shop.voucher_most_minor = about["voucher_limit"], about["voucher_most"]
        for order in orders(shop_id, people, now):
            bring(order, now=now)
    for key, person in people.items():
        account = staff.add_person(
            person["email"], person["name"], password_hash=hashes[key], zone=person["zone"], now=now
        )
        account.locale = person.get("locale", account.locale)
        _give_roles(account, person, now)


def _give_roles(account: Account, person: Mapping[str, Any], now: datetime) -> None:
    for shop_id, seller_ref in person.get("members", ()):
        staff.give_role(account, SELLER, shop_id, seller_ref, now=now)
    for shop_id, seller_ref in person.get("manages", ()):
        staff.give_role(account, MANAGER, shop_id, seller_ref, now=now)
    if person.get("staff") == ADMIN:
        staff.give_role(account, ADMIN, None, now=now)
        return
    for shop_id in SHOPS if "staff" in person else ():
        staff.give_role(account, person["staff"], shop_id, now=now)


__all__ = ["Login", "arrive"]
