"""The order pages: one's own orders only, few statements, nothing told about other people's."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from disputes.db import db, writing
from disputes.incoming.schema import OrderIn
from disputes.models import Order, OrderLine, Seller
from disputes.moment import real_now
from disputes.orders.bringing import in_one_go
from disputes.orders.queries import PAGE
from tests.cast import ADA, BEN, CLEO, DAN, LIN, Cast, make_order, shop_of
from tests.orders.given import order

MISSING = "/orders/AAAAAAAAAAAAAAAAAAAAAA"


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Every statement that runs meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def page_of(app: Flask, order_id: int) -> str:
    with app.app_context():
        return "/orders/" + db.session.scalars(select(Order.public_id).where(Order.id == order_id)).one()


def more_orders(app: Flask, cast: Cast, count: int) -> None:
    with app.app_context(), writing():
        shop, seller = shop_of("jd-3p"), db.session.scalars(select(Seller).where(Seller.ref == "ben")).first()
        assert seller
        for number in range(count):
            placed = real_now() - timedelta(days=number // 2)  # two of each day: the number breaks the tie
            make_order(shop, cast.people[ADA], seller, f"N-{number:03}", now=placed)


def test_the_list_shows_ones_own_orders_with_a_way_to_file(app: Flask, cast: Cast, visit: Any) -> None:
    text = visit(ADA).get("/orders").text
    assert "JD-1001" in text and "CW-2001" in text and "JD-1002" not in text
    assert "Brass desk lamp and 1 more" in text
    assert f"{page_of(app, cast.jd_order)}/case/new" in text


def test_somebody_without_orders_is_told_what_to_do(cast: Cast, visit: Any) -> None:
    assert "No orders yet" in visit(CLEO).get("/orders").text


def test_every_order_is_on_exactly_one_page(app: Flask, cast: Cast, visit: Any) -> None:
    more_orders(app, cast, 2 * PAGE)
    browser, url, seen = visit(ADA), "/orders", []
    while url:
        text = browser.get(url).text
        seen += [word for word in text.replace("<", " ").replace(">", " ").split() if word.startswith(("N-", "JD-1"))]
        url = _next(text)
    assert len(seen) == len(set(seen)) == 2 * PAGE + 1


def _next(text: str) -> str:
    before, found, _ = text.partition('" rel="next"')
    return before.rsplit('href="', 1)[1] if found else ""


@pytest.mark.parametrize("after", ["AAAAAAAAAAAAAAAAAAAAAA", "", "'"])
def test_a_page_after_an_order_that_is_not_there_is_not_there(cast: Cast, visit: Any, after: str) -> None:
    assert visit(ADA).get("/orders", query_string={"after": after}).status_code == 404


def test_a_page_after_somebody_elses_order_is_not_there(app: Flask, cast: Cast, visit: Any) -> None:
    after = page_of(app, cast.other_order).removeprefix("/orders/")
    assert visit(ADA).get("/orders", query_string={"after": after}).status_code == 404


def test_an_order_shows_lines_parcels_payments_and_who_paid(app: Flask, cast: Cast, visit: Any) -> None:
    given = order(payments__0__payer="Olaf Lindqvist", parcels__0__delivered_at="2026-03-04T09:00:00Z")
    with app.app_context():
        in_one_go(OrderIn.model_validate_json(json.dumps(given)))
        url = "/orders/" + db.session.scalars(select(Order.public_id).where(Order.number == "JD-7")).one()
    text = visit(ADA).get(url).text
    for part in ("Brass desk lamp", "warm white", "台灯灯泡", "SF7", "Visa ending 4242", "Olaf Lindqvist", "CN¥69.00",
                 "https://shop.example/l-1", "4 Mar 2026"):  # fmt: skip
        assert part in text


def test_each_of_several_parcels_says_what_it_holds(app: Flask, cast: Cast, visit: Any) -> None:
    given = order()
    given["parcels"].append({"ref": "P2", "lines": [{"line": "2", "quantity": 1}]})
    with app.app_context():
        in_one_go(OrderIn.model_validate_json(json.dumps(given)))
        url = "/orders/" + db.session.scalars(select(Order.public_id).where(Order.number == "JD-7")).one()
    text = visit(ADA).get(url).text
    for part in ("Parcel 1 of 2", "2 × <bdi>Brass desk lamp</bdi>", "Parcel 2 of 2", "1 × <bdi>台灯灯泡</bdi>"):
        assert part in text
    assert "None" not in text


def test_words_from_a_shop_are_never_markup(app: Flask, cast: Cast, visit: Any) -> None:
    with app.app_context(), writing() as session:
        line = session.scalars(select(OrderLine).where(OrderLine.order_id == cast.jd_order)).first()
        line.title, line.variant = "<script>alert(1)</script>", "%(boom)s"
    browser = visit(ADA)
    for url in ("/orders", page_of(app, cast.jd_order)):
        answer = browser.get(url)
        assert answer.status_code == 200 and "<script>alert" not in answer.text and "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("person", [DAN, BEN, CLEO, LIN])
def test_another_persons_order_answers_exactly_like_one_that_is_not_there(
    app: Flask, cast: Cast, visit: Any, person: str
) -> None:
    browser = visit(person)
    browser.get("/demo/mail")  # the first page of a session brings the token of its forms
    foreign, missing = browser.get(page_of(app, cast.jd_order)), browser.get(MISSING)
    assert foreign.status_code == missing.status_code == 404
    assert _timeless(foreign.text) == _timeless(missing.text)
    assert dict(foreign.headers) == dict(missing.headers)


def _timeless(text: str) -> str:
    return re.sub('data-now="[^"]+"', "", text)


def test_a_stranger_is_asked_to_sign_in(app: Flask, cast: Cast, visit: Any) -> None:
    for url in ("/orders", page_of(app, cast.jd_order), MISSING):
        answer = visit(None).get(url)
        assert answer.status_code == 303 and "/sign-in?next=" in answer.location


def test_the_pages_need_at_most_eight_statements_however_many_orders(app: Flask, cast: Cast, visit: Any) -> None:
    more_orders(app, cast, 30)
    browser, url = visit(ADA), page_of(app, cast.jd_order)
    for page in ("/orders", url):
        with counted(app) as seen:
            assert browser.get(page).status_code == 200
        assert len([s for s in seen if not s.startswith("BEGIN")]) <= 8, seen
