"""What a claim is worth: units claimed one after another give back the whole, and shipping comes as the rules say."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from disputes.db import db, writing
from disputes.models import Case, CaseLine, Decision, Order, OrderLine, Outcome, ParcelLine, Refund, Seller
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.policies.repay import Repayment
from tests.cast import ADA, BEN, Cast, own_store
from tests.turns import case_of, file_case, person, sweep, turn

LONG = timedelta(days=400)


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def changed(order_id: int, *, shipping: int = 0, ordinary: int | None = None, country: str = "NL", **line: int) -> None:
    """Change an order as it was imported: its shipping, and its first line."""
    with writing():
        values = {"shipping_minor": shipping, "shipping_ordinary_minor": ordinary, "country": country}
        db.session.execute(update(Order).where(Order.id == order_id).values(values))
        first = select(OrderLine.id).where(OrderLine.order_id == order_id).order_by(OrderLine.id).limit(1)
        if line:
            db.session.execute(update(OrderLine).where(OrderLine.id == first.scalar_subquery()).values(line))


def only_line(order_id: int) -> None:
    """The order is its first line alone."""
    with writing():
        lines = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order_id, OrderLine.ref == "2")).all()
        for line in lines:
            db.session.execute(delete(ParcelLine).where(ParcelLine.line_id == line.id))
            db.session.delete(line)


def accepted(case_id: int) -> Repayment:
    """The seller accepts what the buyer asks, and the money arrives. Returns how it added up."""
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    with turn(case_id, None, "system") as t:
        for refund in db.session.scalars(select(Refund).where(Refund.case_id == case_id)):
            t.take("send", refund)
            t.take("arrive", refund)
        for outcome in db.session.scalars(select(Outcome).where(Outcome.case_id == case_id, Outcome.state != "done")):
            t.take("finish", outcome)
    stored = db.session.scalars(select(Decision.repayment).where(Decision.in_force(case_id))).one()
    return Repayment.from_dict(stored)


def closed(case_id: int) -> None:
    sweep(case_id, real_now() + LONG)
    assert case_of(case_id).state == "closed"


@pytest.mark.parametrize("paid", (10_000, 200, 100, 1))
def test_one_of_three_units_claimed_three_times_gives_back_exactly_the_line(cast: Cast, paid: int) -> None:
    changed(cast.jd_order, quantity=3, paid_minor=paid, discount_minor=paid % 7, tax_minor=paid // 11)
    sent = []
    for _ in range(3):
        case_id = file_case(cast.jd_order, ADA, quantity=1, wish="full_refund" if paid > 10 else "answer")
        sent.append(case_of(case_id).claimed_minor)
        if paid > 10:
            assert accepted(case_id).total_minor == sent[-1]
    assert sum(sent) == paid and max(sent) - min(sent) <= 2
    shares = db.session.execute(select(CaseLine.paid_minor, CaseLine.discount_minor, CaseLine.tax_minor)).all()
    assert [sum(part) for part in zip(*shares, strict=True)] == [paid, paid % 7, paid // 11]


def test_a_unit_of_a_line_that_a_refused_case_held_is_worth_no_more_than_is_left(cast: Cast) -> None:
    changed(cast.jd_order, quantity=3, paid_minor=200)
    worths = []
    for n in range(4):
        case_id = file_case(cast.jd_order, ADA, quantity=1)
        worths.append(case_of(case_id).claimed_minor)
        if n == 0:
            with turn(case_id, ADA, "buyer") as t:
                t.take("drop_case")
            closed_now(case_id)
    assert sum(worths[1:]) == 200


def closed_now(case_id: int) -> None:
    sweep(case_id, real_now() + LONG)
    assert not case_of(case_id).is_open


def test_what_came_back_in_part_is_not_claimed_again_with_the_rest(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=1_000, quantity=2)
    accepted(case_id)
    closed(case_id)
    assert case_of(file_case(cast.jd_order, ADA, quantity=2)).claimed_minor == 5_000


def whole_order(order_id: int, **asked: str) -> Case:
    only_line(order_id)
    return case_of(file_case(order_id, ADA, **asked))


def test_where_the_rules_say_nothing_shipping_goes_with_the_whole_order(cast: Cast) -> None:
    changed(cast.jd_order, shipping=700)
    case = whole_order(cast.jd_order)
    assert (case.claimed_minor, case.shipping_minor, case.shipping_clauses) == (6_700, 700, [])


def test_with_a_part_of_the_order_it_does_not(cast: Cast) -> None:
    changed(cast.jd_order, shipping=700)
    assert case_of(file_case(cast.jd_order, ADA)).shipping_minor == 0


def test_the_last_part_of_an_order_brings_the_shipping_and_only_once(cast: Cast) -> None:
    changed(cast.jd_order, shipping=700)
    for line, fee in ((0, 0), (1, 700)):
        case_id = file_case(cast.jd_order, ADA, line=line)
        assert case_of(case_id).shipping_minor == fee
        if line == 0:
            accepted(case_id)


def test_a_shop_that_sends_for_nothing_gives_back_what_was_charged_for_it(cast: Cast) -> None:
    order_id = own_store("imalent", person(ADA), now=real_now())
    changed(order_id, shipping=1_200)
    case = case_of(file_case(order_id, ADA))
    assert (case.shipping_minor, case.shipping_clauses) == (1_200, ["IMA-13"])
    again = case_of(file_case(order_id, ADA, line=1))
    assert again.shipping_minor == 0


@pytest.mark.parametrize(("ordinary", "back"), ((None, 2_000), (500, 500)))
def test_by_law_ordinary_delivery_comes_back_when_the_whole_order_is_withdrawn_from(
    cast: Cast, ordinary: int | None, back: int
) -> None:
    changed(cast.jd_order, shipping=2_000, ordinary=ordinary)
    with writing():
        db.session.execute(update(Seller).values(is_trader=True))
    case = whole_order(cast.jd_order, reason="changed_mind", sub_reason="does_not_suit")
    assert case.shipping_minor == back
    assert case.shipping_clauses == ["2011/83/EU art. 13(1)", "2011/83/EU art. 13(2)"]
