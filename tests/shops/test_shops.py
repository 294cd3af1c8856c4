"""Shops as their admin sees them: limits, new shops, and a secret that is shown once."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.auth.keys import secrets_of
from disputes.db import db
from disputes.models import Shop, ShopKey
from tests.cast import BEN, CLEO, LIN, OLA, SAM, Cast

NEW = {"shop_id": "lamps", "name": "Lamp Hall", "rules": "catawiki", "zone": "Europe/Amsterdam", "currency": "eur"}


@pytest.fixture
def sam(visit, cast: Cast):
    return visit(SAM)


def limits(app: Flask, shop_id: str = "jd-3p") -> tuple[str, int | None, int | None]:
    with app.app_context():
        query = select(Shop.name, Shop.refund_limit_minor, Shop.daily_limit_minor).where(Shop.id == shop_id)
        return tuple(db.session.execute(query).one())


def test_limits_are_set_in_the_shop_s_currency_and_taken_away_again(app: Flask, sam) -> None:
    data = {"name": "JD", "refund_limit": "1 250,50", "daily_limit": "9000"}
    assert sam.post("/shops/jd-3p", data=data).status_code == 303
    assert limits(app) == ("JD", 125_050, 900_000)
    assert 'value="1250.50"' in sam.get("/shops/jd-3p").text and "1,250.50" in sam.get("/shops").text
    sam.post("/shops/jd-3p", data={"name": "JD", "refund_limit": "", "daily_limit": " "})
    assert limits(app) == ("JD", None, None)


@pytest.mark.parametrize("amount", ("-1", "abc", "0", "1.234", "1e9", "9" * 13))
def test_an_amount_that_is_none_is_refused_beside_its_field(app: Flask, sam, amount: str) -> None:
    before = limits(app)
    answer = sam.post("/shops/jd-3p", data={"name": "JD", "refund_limit": amount, "daily_limit": ""})
    assert answer.status_code == 422 and "Please enter an amount" in answer.text and limits(app) == before


def test_a_shop_is_added_with_rules_there_are(app: Flask, sam) -> None:
    assert sam.post("/shops/new", data=NEW).headers["Location"] == "/shops/lamps"
    assert limits(app, "lamps") == ("Lamp Hall", None, None)
    again = sam.post("/shops/new", data=NEW)
    assert again.status_code == 422 and "already" in again.text


@pytest.mark.parametrize("change", ({"shop_id": "Lamp Hall"}, {"rules": "none"}, {"zone": "Mars"}, {"currency": "EU"}))
def test_a_shop_that_does_not_fit_is_refused(app: Flask, sam, change: dict[str, str]) -> None:
    assert sam.post("/shops/new", data=NEW | change).status_code == 422
    with app.app_context():
        assert set(db.session.scalars(select(Shop.id))) == {"jd-3p", "catawiki"}


def test_a_secret_is_shown_once_and_two_are_good(app: Flask, sam) -> None:
    def make() -> str:
        found = re.search(r'<p class="mono once" dir="ltr">(\S+)</p>', sam.post("/shops/jd-3p/key").text)
        assert found
        return found[1]

    one, two, three = make(), make(), make()
    with app.app_context():
        assert secrets_of("jd-3p") == [three, two] and secrets_of("catawiki") == []
        assert not any(secret in str(vars(key)) for key in db.session.scalars(select(ShopKey)) for secret in (one, two))
    page = sam.get("/shops/jd-3p").text
    assert two not in page and three not in page and page.count("Still good") == 1


@pytest.mark.parametrize("email", (BEN, CLEO, LIN, OLA))
def test_nobody_else_changes_a_shop(app: Flask, visit, cast: Cast, email: str) -> None:
    browser, before = visit(email), limits(app)
    assert [browser.get(page).status_code for page in ("/shops", "/shops/new", "/shops/jd-3p")] == [404] * 3
    assert browser.post("/shops/jd-3p", data={"name": "Mine"}).status_code == 404
    assert browser.post("/shops/jd-3p/key").status_code == 404 and limits(app) == before
