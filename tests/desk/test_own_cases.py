"""A reviewer who buys or sells here too: their own cases are not there for them."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from disputes.db import db, writing
from disputes.models import Case, Grant, Order
from tests.cast import ADA, BEN, CLEO, Cast, grant
from tests.turns import file_case, person


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        with writing():
            for party in (ADA, BEN):
                grant(person(party), "reviewer", "jd-3p")
        return db.session.scalars(select(Case.public_id)).one()


@pytest.mark.parametrize("party", (ADA, BEN))
def test_the_queue_shows_nobody_their_own_case(visit, case: str, party: str) -> None:
    reviewer = visit(party)
    assert case in visit(CLEO).get("/desk").text
    assert case not in reviewer.get("/desk").text
    assert reviewer.get(f"/desk/cases/{case}").status_code == 404
    for path in ("claim", "release"):
        assert reviewer.post(f"/desk/cases/{case}/{path}").status_code == 404
    assert reviewer.post("/desk/next").status_code == 409


@pytest.mark.parametrize("party", (ADA, BEN))
def test_nobody_files_by_telephone_on_their_own_order(app: Flask, cast: Cast, visit, case: str, party: str) -> None:
    with app.app_context():
        order = db.session.get(Order, cast.jd_order)
    found = {"q": order.number, "call": "2026-01-01T10:00"}
    assert order.public_id in visit(CLEO).get("/desk/phone", query_string=found).text
    assert order.public_id not in visit(party).get("/desk/phone", query_string=found).text


def test_what_one_held_is_gone_with_the_role(app: Flask, cast: Cast, visit, case: str) -> None:
    with app.app_context(), writing():
        db.session.execute(update(Case).values(assignee_id=person(CLEO)))
        mine = (Grant.account_id == person(CLEO), Grant.shop_id == "jd-3p")
    cleo = visit(CLEO)
    assert case in cleo.get("/desk?tab=mine").text
    with app.app_context(), writing():
        db.session.execute(delete(Grant).where(*mine))
    assert case not in cleo.get("/desk?tab=mine").text
