"""The books: every movement balances, a key is booked once, and nothing written is changed. On both databases."""

from contextlib import suppress

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from disputes.db import db, writing
from disputes.effects.books import WHAT, Moved, balance, book, write
from disputes.models import Capture, Movement
from disputes.models.book import PURSES
from disputes.moment import real_now
from tests.cast import Cast

BEN, PLATFORM = ("seller", 1), ("platform", 0)


@pytest.fixture(autouse=True)
def inside(app: Flask, cast: Cast):
    with app.app_context():
        yield


def moved(
    key: str, amount: int = 500, *, currency: str = "CNY", shop: str = "jd-3p", source=PLATFORM, dest=BEN
) -> Moved:
    return Moved(key, "platform_credit", source, dest, amount, currency, shop, real_now())


def test_what_leaves_one_purse_is_in_the_other() -> None:
    before = balance("jd-3p", BEN, "CNY")
    with writing():
        book(moved("a"))
    assert balance("jd-3p", BEN, "CNY") == before + 500
    assert balance("jd-3p", PLATFORM, "CNY") == -500


def test_a_negative_amount_goes_the_other_way_and_nothing_is_no_movement() -> None:
    with writing():
        write([moved("a", -300), moved("b", 0)])
    assert balance("jd-3p", PLATFORM, "CNY") == 300
    assert db.session.scalar(select(func.count()).where(Movement.key == "b")) == 0


def test_a_key_is_booked_once() -> None:
    with writing():
        book(moved("a"))
    with pytest.raises(IntegrityError), writing():
        book(moved("a"))
    assert balance("jd-3p", PLATFORM, "CNY") == -500


@pytest.mark.parametrize("change", [update(Movement).values(amount_minor=1), delete(Movement)])
def test_the_database_refuses_to_change_or_remove_a_movement(change) -> None:
    with writing():
        book(moved("a"))
    with pytest.raises(DBAPIError, match="append-only"), writing():
        db.session.execute(change)


@pytest.mark.parametrize(
    "wrong",
    [{"amount_minor": 0}, {"amount_minor": -5}, {"source": "nobody"}, {"dest": "nobody"}, {"shop_id": "none"}],
)
def test_the_database_refuses_a_movement_that_does_not_balance(wrong: dict[str, object]) -> None:
    with writing():
        book(moved("a"))
    row = db.session.execute(select(*Movement.__table__.columns).where(Movement.key == "a")).mappings().one()
    other = dict(row) | {"id": None, "key": "b"} | wrong
    del other["id"]
    with pytest.raises(DBAPIError), writing():
        db.session.execute(Movement.__table__.insert(), [other])
    same = dict(row) | {"key": "c", "dest": row["source"], "dest_of": row["source_of"]}
    del same["id"]
    with pytest.raises(DBAPIError), writing():
        db.session.execute(Movement.__table__.insert(), [same])


def test_two_currencies_and_two_shops_have_purses_of_their_own() -> None:
    with writing():
        write([moved("a", 100), moved("b", 7, currency="JPY"), moved("c", 1_001, currency="KWD", shop="catawiki")])
    found = {(shop, currency): balance(shop, PLATFORM, currency) for shop, currency in
             (("jd-3p", "CNY"), ("jd-3p", "JPY"), ("catawiki", "KWD"), ("catawiki", "CNY"))}  # fmt: skip
    assert list(found.values()) == [-100, -7, -1_001, 0]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PURSES), st.sampled_from(PURSES), st.integers(-(10**9), 10**9)), max_size=12))
def test_whatever_moves_all_purses_together_hold_nothing(moves) -> None:
    with suppress(ZeroDivisionError), writing():
        write(
            [
                moved(f"k{at}", amount, currency="KWD", source=(one, 0), dest=(other, 0))
                for at, (one, other, amount) in enumerate(moves) if one != other
            ]
        )  # fmt: skip
        assert sum(balance("jd-3p", (party, 0), "KWD") for party in PURSES) == 0
        raise ZeroDivisionError  # nothing of it is kept


def test_we_never_promise_more_than_is_left_after_what_others_took_back() -> None:
    with writing():
        db.session.execute(update(Capture).values(charged_back_minor=Capture.captured_minor - 40))
    with pytest.raises(DBAPIError), writing():
        db.session.execute(update(Capture).values(refund_reserved_minor=41))
    with writing():
        db.session.execute(update(Capture).values(refund_reserved_minor=40))
        # What a bank takes is recorded whatever was promised; and what was promised may arrive.
        db.session.execute(update(Capture).values(charged_back_minor=Capture.captured_minor))
        db.session.execute(update(Capture).values(refund_reserved_minor=0, refunded_minor=40))


def test_every_movement_the_code_writes_has_words() -> None:
    assert db.session.scalar(text("SELECT count(*) FROM movement WHERE what = 'captured'")) == 3
    assert set(db.session.scalars(select(Movement.what))) <= WHAT.keys()
