"""Offers and what accepting them sends back: never more than is left, and always the amount that was printed."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from disputes.db import db, writing
from disputes.decisions.service import Drafted, decide, draft
from disputes.models import Capture, Case, OrderLine, Outcome, Refund
from disputes.offers import service as offers
from disputes.steps import Refused
from tests.cast import ADA, BEN, CLEO, DAN, NIA, Cast
from tests.pages import send
from tests.turns import case_of, file_case, turn


def spend(minor: int) -> None:
    """So much of every capture was promised to somebody already."""
    with writing():
        db.session.execute(update(Capture).values(refund_reserved_minor=minor))


@pytest.mark.parametrize(("minor", "left"), ((101, 100), (5_999, 100)))
def test_nobody_offers_more_than_is_left(app: Flask, cast: Cast, minor: int, left: int) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        spend(10_000 - left)
        with pytest.raises(Refused, match="is left to send back"), turn(case_id, BEN, "seller") as t:
            offers.put_offer(t, kind="partial_refund", amount_minor=minor, note="")
        with turn(case_id, BEN, "seller") as t:
            offers.put_offer(t, kind="partial_refund", amount_minor=left, note="")


@pytest.mark.parametrize("wanted", ("full_refund", "partial_refund"))
def test_nobody_offers_money_that_is_all_gone(app: Flask, cast: Cast, wanted: str) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        spend(10_000)
        with pytest.raises(Refused, match="already been sent back"), turn(case_id, BEN, "seller") as t:
            offers.put_offer(t, kind=wanted, amount_minor=1, note="")


def test_a_full_refund_prints_and_sends_what_is_left_of_it(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        case = db.session.scalars(select(Case.public_id)).one()
        spend(9_900)
    ben = visit(BEN)
    button = ben.get(f"/cases/{case}").text.split("Accept: full refund", 1)[1][:60]
    assert "¥1.00" in button
    assert send(ben, f"/cases/{case}", action=f"/cases/{case}/accept").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Refund.amount_minor)).one() == 100
    story = visit(ADA).get(f"/cases/{case}").text.split("accepted a full refund of", 1)[1][:60]
    assert "¥1.00" in story


def test_cancelling_an_order_nobody_paid_moves_no_money_and_still_closes(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(
            cast.catawiki_order, ADA, reason="item_not_received", sub_reason="not_dispatched", wish="cancellation"
        )
        with writing():
            db.session.execute(update(Capture).values(captured_minor=0))
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        assert case_of(case_id).state == "cancellation"
        assert db.session.scalars(select(Outcome.kind)).all() == ["cancel_order"]
        assert db.session.scalar(select(func.count()).select_from(Refund)) == 0
        case = case_of(case_id).public_id
    shown = visit(ADA).get(f"/cases/{case}").text
    assert "Order cancelled" in shown and "No money was taken." in shown and "The money goes back" not in shown


def test_of_a_gift_nobody_settles_or_decides_a_refund(app: Flask, cast: Cast) -> None:
    with app.app_context():
        with writing():
            db.session.execute(update(OrderLine).values(paid_minor=0))
        case_id = file_case(cast.jd_order, ADA, reason="unsafe_or_illegal", sub_reason="unsafe", wish="answer")
        with pytest.raises(Refused, match="sent back"), turn(case_id, CLEO, "reviewer") as t:
            decide(t, digest=draft(t, Drafted("full_refund", None, "Because.", [], ["JDT-04"])).digest)
        assert case_of(case_id).state == "investigated"
        case_id = file_case(cast.other_order, DAN, reason="question", sub_reason="about_item", wish="answer")
        with pytest.raises(Refused, match="sent back"), turn(case_id, NIA, "seller") as t:
            offers.put_offer(t, kind="full_refund", amount_minor=None, note="")


def test_every_amount_asked_for_stands_in_the_story(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=1_234)
        with turn(case_id, BEN, "seller") as t:
            offers.put_offer(t, kind="full_refund", amount_minor=None, note="")
        case = case_of(case_id).public_id
    shown = visit(ADA).get(f"/cases/{case}").text
    assert "¥12.34" in shown.split("asked for:", 1)[1][:90]
    assert "¥60.00" in shown.split("made an offer:", 1)[1][:90]
