"""An order cancelled before anything was taken: what was authorised is let go, and nothing is refunded."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Allocation, Capture, Movement, Outbox, Refund
from disputes.offers import service as offers
from tests.cast import ADA, BEN, Cast
from tests.turns import file_case, turn


@pytest.fixture(autouse=True)
def inside(app: Flask):
    with app.app_context():
        yield


def cancelled(cast: Cast, captured: int) -> list[dict[str, int]]:
    """What is asked of the provider when Ada's order of 100.00, of which so much was taken, is cancelled."""
    with writing():
        mine = select(Allocation.id).where(Allocation.order_id == cast.jd_order)
        db.session.execute(update(Capture).where(Capture.allocation_id.in_(mine)).values(captured_minor=captured))
    case_id = file_case(cast.jd_order, ADA, wish="cancellation")
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    return [payload for payload in db.session.scalars(select(Outbox.payload).where(Outbox.kind == "void"))]


def test_nothing_taken_is_a_void_and_no_refund(cast: Cast) -> None:
    assert [asked["open_minor"] for asked in cancelled(cast, 0)] == [10_000]
    assert db.session.scalars(select(Refund)).all() == []
    assert db.session.scalars(select(Movement).where(Movement.what == "refund_promised")).all() == []


def test_of_what_was_taken_in_part_the_rest_is_let_go(cast: Cast) -> None:
    assert [asked["open_minor"] for asked in cancelled(cast, 4_000)] == [6_000]
    assert [refund.amount_minor for refund in db.session.scalars(select(Refund))] == [4_000]


def test_where_all_was_taken_there_is_nothing_to_let_go(cast: Cast) -> None:
    assert cancelled(cast, 10_000) == []
