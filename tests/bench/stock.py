"""Many real cases, each on an order of its own, filed through the service."""

from sqlalchemy import select

from disputes.db import db
from disputes.filings import service
from disputes.models import Seller, Shop
from tests.cast import ADA, Cast, make_order
from tests.turns import file_case


def cases(cast: Cast, count: int, name: str) -> list[int]:
    """File `count` cases of Ada's about Ben's lamps; returns their ids."""
    service.CASES_A_DAY = 10**9  # nobody files so many in a day; a measurement does
    shop = db.session.scalars(select(Shop).where(Shop.id == "jd-3p")).one()
    seller = db.session.scalars(select(Seller).where(Seller.shop_id == shop.id, Seller.ref == "ben")).one()
    orders = [make_order(shop, cast.people[ADA], seller, f"{name}-{n}") for n in range(count)]
    db.session.commit()
    return [file_case(order, ADA) for order in orders]
