"""Filing a case: amounts that were paid, and keys that belong to whoever sent them."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from disputes.db import db, writing
from disputes.models import Case, Order, OrderLine
from disputes.steps import Refused
from tests.cast import ADA, DAN, Cast
from tests.pages import send
from tests.turns import file_case

GOOD: dict[str, Any] = {
    "lines-0-chosen": "y", "lines-0-quantity": "1", "reason": "not_as_described", "sub_reason": "defective",
    "wish": "full_refund", "words": "It does not light up.", "do": "send",
}  # fmt: skip


def page_of(app: Flask, order_id: int) -> str:
    with app.app_context():
        return f"/orders/{db.session.scalars(select(Order.public_id).where(Order.id == order_id)).one()}/case/new"


def free(app: Flask, order_id: int) -> None:
    with app.app_context(), writing():
        db.session.execute(update(OrderLine).where(OrderLine.order_id == order_id).values(paid_minor=0))


def test_a_part_of_one_of_two_lamps_is_less_than_what_one_costs(app: Flask, cast: Cast, visit) -> None:
    part = {**GOOD, "wish": "partial_refund"}
    wrong = send(visit(ADA), page_of(app, cast.jd_order), {**part, "wish_amount": "30"})
    assert wrong.status_code == 422 and "A part is less than" in wrong.text
    assert send(visit(ADA), page_of(app, cast.jd_order), {**part, "wish_amount": "29.99"}).status_code == 303


@pytest.mark.parametrize("minor", (None, 0, -1, 3_000, 5_999))
def test_the_service_takes_no_part_that_is_none(app: Flask, cast: Cast, minor: int | None) -> None:
    with app.app_context(), pytest.raises(Refused, match="A part refund is more than nothing"):
        file_case(cast.jd_order, ADA, quantity=1, wish="partial_refund", wish_minor=minor)


def test_of_a_gift_no_money_can_be_sent_back(app: Flask, cast: Cast, visit) -> None:
    free(app, cast.jd_order)
    answer = send(visit(ADA), page_of(app, cast.jd_order), GOOD)
    assert answer.status_code == 422 and "Nothing was paid for these" in answer.text
    with app.app_context(), pytest.raises(Refused, match="Nothing was paid"):
        file_case(cast.jd_order, ADA)


def test_a_form_sent_twice_opens_one_case(app: Flask, cast: Cast, visit) -> None:
    ada = visit(ADA)
    first, second = (send(ada, page_of(app, cast.jd_order), {**GOOD, "key": "mine"}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_the_key_of_somebody_else_s_form_leads_to_nothing_of_theirs(app: Flask, cast: Cast, visit) -> None:
    theirs = send(visit(ADA), page_of(app, cast.jd_order), {**GOOD, "key": "k"}).headers["Location"]
    answer = send(visit(DAN), page_of(app, cast.other_order), {**GOOD, "key": "k"})
    assert answer.status_code == 409 and theirs not in answer.text
