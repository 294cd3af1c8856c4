"""Before filing: the answer in a sentence, then point by point, the law beside the shop's rules, silence as silence."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Order, Parcel
from disputes.moment import real_now
from tests.cast import ADA, CLEO, Cast
from tests.pages import send

CHANGED = {
    "lines-0-chosen": "y", "lines-0-quantity": "1", "reason": "changed_mind", "sub_reason": "does_not_suit",
    "wish": "full_refund", "words": "It does not suit me.", "do": "check",
}  # fmt: skip


@pytest.fixture
def checked(app: Flask, cast: Cast, visit):
    """checked(order, arrived days ago): the words of the page that says what is possible."""

    def of(order_id: int, days: float, person: str = ADA, **changes: str) -> str:
        with app.app_context():
            with writing():
                at = real_now() - timedelta(days=days)
                db.session.execute(update(Parcel).where(Parcel.order_id == order_id).values(delivered_at=at))
            public = db.session.scalars(select(Order.public_id).where(Order.id == order_id)).one()
        call = f"?call={real_now():%Y-%m-%dT%H:%M:%S}Z" if person == CLEO else ""
        page = send(visit(person), f"/orders/{public}/case/new{call}", {**CHANGED, **changes})
        assert page.status_code == 200, page.text
        found = re.search(r'class="card answer.*?</section>', page.text, re.S)
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])))

    return of


def test_until_when_and_who_pays_comes_first_then_each_point_with_its_rule(cast: Cast, checked) -> None:
    told = checked(cast.jd_order, 2)
    short, _, points = told.partition("Point by point")
    assert re.search(r"You can, until \d+ \w+ \d{4}, \d\d:\d\d UTC", short) and "You pay for sending it back." in short
    assert "By law you can, until" in short  # fourteen days in the Netherlands, longer than the shop's seven
    for topic in ("Time limit", "What is asked for", "Sending it back", "By law: changing one's mind"):
        assert topic in points
    assert "Sending it back is paid by You" in points and "JDT-04" in points and "2011/83/EU art. 9(1)" in points
    assert "way_back" not in told and "law:withdrawal" not in told and "buyer" not in told


def test_the_law_is_told_where_the_shop_says_no(cast: Cast, checked) -> None:
    told = checked(cast.jd_order, 10)
    assert "By the shop's rules you can't." in told and "By law you can, until" in told and "Send to" in told


def test_where_both_say_no_it_is_shut(cast: Cast, checked) -> None:
    told = checked(cast.jd_order, 40)
    assert "You can't. The time for this has passed." in told and "The law does not give you this" in told
    assert "So this cannot be sent as it stands." in told


def test_a_shop_that_is_silent_is_shown_as_silent(cast: Cast, checked) -> None:
    told = checked(cast.catawiki_order, 2)
    assert "The shop's rules set no time limit for this. A person decides it. By law you can, until" in told
    assert "The shop's rules don't say" in told


def test_a_caller_is_told_who_pays_by_name_of_the_side(cast: Cast, checked) -> None:
    told = checked(cast.jd_order, 2, CLEO)
    assert "The buyer pays for sending it back." in told and "Sending it back is paid by The buyer" in told
