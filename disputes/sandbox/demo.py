"""Demo data: two shops, about thirty orders, a few cases under way, and people who can sign in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from disputes.auth import staff
from disputes.db import db, writing
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
    bring_cases(read("cases")["case"], people, {key: login.role for key, login in made.items()}, settings)
    return list(made.values())


def _role(person: Mapping[str, Any]) -> str:
    if "manages" in person:
        return MANAGER
    return str(person.get("staff") or (SELLER if "members" in person else BUYER))


def _bring(people: Mapping[str, Any], hashes: Mapping[str, str], now: datetime) -> None:
    for shop_id in SHOPS:
        about = read(shop_id)["shop"]
        staff.add_shop(shop_id, about["name"], pack=about["rules"], zone=about["zone"], currency=about["currency"])
        for order in orders(shop_id, people, now):
            bring(order, now=now)
    for key, person in people.items():
        account = staff.add_person(
            person["email"], person["name"], password_hash=hashes[key], zone=person["zone"], now=now
        )
        _give_roles(account, person)


def _give_roles(account: Account, person: Mapping[str, Any]) -> None:
    for shop_id, seller_ref in person.get("members", ()):
        staff.give_role(account, SELLER, shop_id, seller_ref)
    for shop_id, seller_ref in person.get("manages", ()):
        staff.give_role(account, MANAGER, shop_id, seller_ref)
    if person.get("staff") == ADMIN:
        staff.give_role(account, ADMIN, None)
        return
    for shop_id in SHOPS if "staff" in person else ():
        staff.give_role(account, person["staff"], shop_id)


__all__ = ["Login", "arrive"]
