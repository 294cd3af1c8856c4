"""What can still be claimed of an order: nothing twice, and nothing that was given back in full already."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.filings.service import CASES_A_DAY
from disputes.models import Case, Outcome, Refund, Seller, Shop
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.steps import Refused
from tests.cast import ADA, BEN, CLEO, Cast, make_order
from tests.turns import case_of, file_case, sweep, turn

LONG = timedelta(days=400)


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def settled(order_id: int, wish: str, *, quantity: int, minor: int | None = None) -> int:
    """A case in which the seller accepts what the buyer wishes; the money arrives."""
    case_id = file_case(order_id, ADA, wish=wish, wish_minor=minor, quantity=quantity)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    with turn(case_id, None, "system") as t:
        for refund in db.session.scalars(select(Refund).where(Refund.case_id == case_id)):
            t.take("send", refund)
            t.take("arrive", refund)
        for outcome in db.session.scalars(select(Outcome).where(Outcome.case_id == case_id, Outcome.state != "done")):
            t.take("finish", outcome)
    return case_id


def page_of(case_id: int) -> str:
    return f"/desk/cases/{db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()}"


def closed(case_id: int) -> None:
    sweep(case_id, real_now() + LONG)
    assert case_of(case_id).state == "closed"


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("wish", ("full_refund", "cancellation"))
@pytest.mark.parametrize("is_closed", (False, True))
def test_what_was_given_back_in_full_cannot_be_claimed_again(cast: Cast, wish: str, is_closed: bool) -> None:
    case_id = settled(cast.jd_order, wish, quantity=1)
    if is_closed:
        closed(case_id)
    with pytest.raises(Refused) as refused:
        file_case(cast.jd_order, ADA, quantity=2)
    assert "was refunded or cancelled in another case" in refused.value.reason.msgid
    assert refused.value.reason.params == {"title": "Brass desk lamp", "free": 1}
    file_case(cast.jd_order, ADA, quantity=1)


@pytest.mark.usefixtures("inside")
def test_after_a_part_refund_and_its_case_s_end_the_rest_can_be_claimed(cast: Cast) -> None:
    closed(settled(cast.jd_order, "partial_refund", quantity=2, minor=1_000))
    file_case(cast.jd_order, ADA, quantity=2)


@pytest.mark.usefixtures("inside")
def test_what_is_in_an_open_case_is_told_apart(cast: Cast) -> None:
    file_case(cast.jd_order, ADA, quantity=1)
    with pytest.raises(Refused, match="There is an open case about"):
        file_case(cast.jd_order, ADA, quantity=2)


@pytest.mark.usefixtures("inside")
def test_a_buyer_opens_so_many_cases_a_day_and_goes_on_the_next(cast: Cast) -> None:
    shop = db.session.scalars(select(Shop).where(Shop.id == "jd-3p")).one()
    seller = db.session.scalars(select(Seller).where(Seller.name == "Ben's Lamps")).one()
    orders = [make_order(shop, cast.people[ADA], seller, f"N-{n}") for n in range(CASES_A_DAY)]
    db.session.commit()
    for order in orders:
        file_case(order, ADA, at=real_now() - timedelta(hours=23))
    with pytest.raises(Refused, match="Please wait until tomorrow"):
        file_case(cast.jd_order, ADA)
    file_case(cast.jd_order, ADA, at=real_now() + timedelta(hours=2))


def test_the_desk_sees_the_other_cases_of_the_order(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_ids = (
            settled(cast.jd_order, "full_refund", quantity=1), file_case(cast.jd_order, ADA, line=1),
            file_case(cast.catawiki_order, ADA),
        )  # fmt: skip
        first, second, alone = [page_of(case_id) for case_id in case_ids]
    cleo = visit(CLEO)
    page = cleo.get(second).text
    assert "Other cases about this order" in page and f'href="{first}"' in page
    assert "CN¥30.00</bdi> sent back or on its way" in page
    assert "sent back or on its way" not in cleo.get(first).text
    assert "Other cases" not in cleo.get(alone).text
