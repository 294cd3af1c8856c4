"""What machines are told: the same as people, to the same people."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Case, Order, Reading
from tests.cast import ADA, BEN, CLEO, DAN, Cast
from tests.turns import file_case


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


@pytest.fixture
def order(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return db.session.scalars(select(Order.public_id).where(Order.id == cast.jd_order)).one()


def test_each_side_is_offered_what_its_page_offers(visit, case: str) -> None:
    for email in (ADA, BEN):
        told = visit(email).get(f"/api/cases/{case}").json
        page = visit(email).get(f"/cases/{case}").text
        open_steps = [action for action in told["available_actions"] if action["refused"] is None]
        assert open_steps and all(action["url"] in page for action in open_steps)
    assert "settle_full" in {action["step"] for action in told["available_actions"]}


def test_a_case_says_whose_turn_it_is_and_what_the_rules_said(visit, case: str) -> None:
    told = visit(ADA).get(f"/api/cases/{case}").json
    assert (told["state"], told["turn"], told["decision"]) == ("seller_contacted", "seller", None)
    window = next(verdict for verdict in told["verdicts"] if verdict["name"] == "window")
    assert window["result"] == "pass" and window["clauses"] == ["JDT-04"] and window["reason"] == "You are in time."


def test_a_stranger_finds_nothing_and_nobody_is_asked_to_sign_in(visit, case: str, order: str) -> None:
    for url in (f"/api/cases/{case}", f"/api/orders/{order}/check"):
        assert visit(DAN).get(url).status_code == 404 and "error" in visit(DAN).get(url).json
        assert visit(None).get(url).status_code == 401 and "error" in visit(None).get(url).json


def test_what_the_desk_reads_is_noted(app: Flask, visit, case: str) -> None:
    assert visit(CLEO).get(f"/api/cases/{case}").json["version"] > 0
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Reading)) == 1


def test_a_check_says_the_same_as_the_form_and_stores_nothing(app: Flask, visit, order: str) -> None:
    query = "reason=not_as_described&sub_reason=defective&wish=full_refund&line=1:1"
    told = visit(ADA).get(f"/api/orders/{order}/check?{query}").json
    assert told["rules"] == "1.0.0" and {"window", "remedy", "way_back"} <= {v["name"] for v in told["verdicts"]}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 0


@pytest.mark.parametrize(
    ("query", "says"),
    (
        ("wish=full_refund", "reason"),
        ("reason=broken&wish=full_refund", "reason"),
        ("reason=late&wish=everything", "wish"),
        ("reason=late&sub_reason=defective&wish=full_refund", "no sub-reason"),
        ("reason=late&wish=full_refund&line=9", "no line '9'"),
        ("reason=late&wish=full_refund&line=1:7", "there are 2"),
        ("reason=late&wish=full_refund&line=1:-1", "there are 2"),
        ("reason=late&wish=full_refund&amount_minor=-5", "amount_minor"),
        ("reason=late&wish=full_refund&colour=red", "colour"),
    ),
)
def test_a_query_that_cannot_be_read_is_answered_with_what_is_wrong(visit, order: str, query: str, says: str) -> None:
    answer = visit(ADA).get(f"/api/orders/{order}/check?{query}")
    assert answer.status_code == 400 and says in answer.json["error"]
