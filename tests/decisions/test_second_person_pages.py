"""The second person on the pages: who is offered what, and that the sides see nothing of it."""

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.decisions import service
from disputes.decisions.service import Drafted
from disputes.models import Approval, Case, Shop
from tests.cast import ADA, CLEO, LIN, Cast
from tests.pages import send
from tests.turns import file_case, turn


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        with writing():
            db.session.execute(update(Shop).values(refund_limit_minor=2_000))
        case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


def drafted(app: Flask, *, asked: bool = False) -> None:
    """Cleo has written a draft above the limit, and asked for a second person if `asked`."""
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        with turn(case_id, CLEO, "reviewer") as t:
            service.draft(t, Drafted("partial_refund", 2_500, "The seal is missing.", [], ["JDT-03"]))
        if asked:
            with turn(case_id, CLEO, "reviewer") as t:
                service.ask_second(t)


def test_a_lead_sends_a_draft_back_with_a_note_that_no_side_sees(app: Flask, visit, case: str) -> None:
    drafted(app, asked=True)
    lin, cleo, ada = visit(LIN), visit(CLEO), visit(ADA)
    page = f"/cases/{case}/decide/back"
    assert send(lin, page, {"words": "  "}).status_code == 422
    assert send(lin, page, {"words": "Name the exhibit, please."}).status_code == 303
    assert "Name the exhibit, please." in cleo.get(f"/desk/cases/{case}").text
    assert "Name the exhibit, please." not in ada.get(f"/cases/{case}").text
    with app.app_context():
        assert db.session.scalars(select(Approval.result)).one() == "returned"


def test_the_desk_offers_the_one_step_that_is_open_to_each(app: Flask, visit, case: str) -> None:
    drafted(app)
    cleo, lin = visit(CLEO), visit(LIN)
    desk = f"/desk/cases/{case}"
    assert "Ask a second person" in cleo.get(desk).text
    assert send(cleo, desk, action=f"/cases/{case}/decide/second").status_code == 303
    assert "must approve it" in cleo.get(desk).text
    assert case in lin.get("/desk?tab=approve").text and case not in cleo.get("/desk?tab=approve").text
    assert send(lin, f"/cases/{case}/decide").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Case.state)).one() == "partial_refund"


def test_what_the_parties_are_shown_tells_nothing_of_it(app: Flask, visit, case: str) -> None:
    before = visit(ADA).get(f"/cases/{case}").text
    drafted(app, asked=True)
    after = visit(ADA).get(f"/cases/{case}").text

    def plain(page: str) -> str:
        return re.sub(r'(csrf_token" value|data-now|datetime)="[^"]*"', "", page)

    assert plain(before) == plain(after)
