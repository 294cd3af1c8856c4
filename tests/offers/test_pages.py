"""The pages of the talk: each for its side, each form once, and nothing accepted that was not seen."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.models import Case
from disputes.offers import service as offers
from tests.cast import ADA, BEN, DAN, NIA, Cast
from tests.pages import fields, send
from tests.turns import file_case, turn

NO = {"reason": "other", "words": "No."}
PART = {"kind": "partial_refund", "amount": "1", "note": "Sorry."}


@pytest.fixture
def url(app: Flask, cast: Cast) -> str:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        return f"/cases/{db.session.scalars(select(Case.public_id)).one()}"


def offer(app: Flask, minor: int) -> None:
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        with turn(case_id, BEN, "seller") as t:
            offers.put_offer(t, kind="partial_refund", amount_minor=minor, note="")


def state(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(select(Case.state)).one()


def test_nobody_accepts_their_own_offer(app: Flask, visit, url: str) -> None:
    offer(app, 100)
    ben = visit(BEN)
    ask = fields(ben.get(url).text, f"{url}/accept")  # what Ada asked for at filing still stands
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        with turn(case_id, ADA, "buyer") as t:
            offers.decline(t)
    assert ben.post(f"{url}/accept", data=ask).status_code == 409
    assert state(app) == "seller_contacted"


def test_the_offer_one_saw_is_the_offer_one_accepts(app: Flask, visit, url: str) -> None:
    offer(app, 100)
    ada = visit(ADA)
    seen = fields(ada.get(url).text, f"{url}/accept")
    offer(app, 50)
    answer = ada.post(f"{url}/accept", data=seen)
    assert answer.status_code == 409 and "made an offer" in answer.text
    assert state(app) == "offered"


def test_a_stranger_finds_none_of_these_pages(visit, url: str) -> None:
    for stranger in (visit(DAN), visit(NIA)):
        for page in ("offer", "refuse", "accept", "decline"):
            assert stranger.post(f"{url}/{page}", data={"seen_version": "2", **NO}).status_code == 404


def test_the_buyer_does_not_refuse_and_the_seller_does_not_decline(app: Flask, visit, url: str) -> None:
    offer(app, 100)
    assert visit(ADA).get(f"{url}/refuse").status_code == 404
    assert visit(BEN).post(f"{url}/decline", data={"seen_version": "3"}).status_code == 404


def test_a_buyer_does_not_bid_before_the_seller_said_anything(visit, url: str) -> None:
    assert send(visit(ADA), f"{url}/offer", PART).status_code == 409


def test_each_form_of_the_talk_counts_once(app: Flask, visit, url: str) -> None:
    ben, ada = visit(BEN), visit(ADA)
    form = fields(ben.get(f"{url}/refuse").text)
    assert [ben.post(f"{url}/refuse", data={**form, **NO}).status_code for _ in range(2)] == [303, 409]
    assert send(ben, f"{url}/refuse", NO).status_code == 409
    form = fields(ben.get(f"{url}/offer").text)
    assert [ben.post(f"{url}/offer", data={**form, **PART}).status_code for _ in range(2)] == [303, 409]
    form = fields(ada.get(url).text, f"{url}/decline")
    assert [ada.post(f"{url}/decline", data=form).status_code for _ in range(2)] == [303, 409]
    assert state(app) == "seller_contacted"


@pytest.mark.parametrize(
    "wrong", ({"kind": ""}, {"kind": "all"}, {"amount": "60"}, {"amount": "0"}, {"amount": ""}, {"note": "x" * 5001})
)
def test_an_offer_that_is_none_says_why_and_keeps_the_words(visit, url: str, wrong: dict[str, str]) -> None:
    answer = send(visit(BEN), f"{url}/offer", {**PART, **wrong})
    assert answer.status_code == 422 and ({**PART, **wrong}["note"]) in answer.text
