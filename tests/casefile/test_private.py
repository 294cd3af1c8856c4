"""What one side, or the desk, does in private leaves the other's page as it was."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db, writing
from disputes.decisions.service import Drafted, draft
from disputes.desk import service as desk
from disputes.messages import service as messages
from disputes.models import Case
from disputes.moment import real_now
from tests.cast import ADA, BEN, CLEO, RITA, Cast
from tests.turns import HOUR, case_of, file_case, person, turn

PASSING = re.compile(r'data-now="[^"]*"|name="csrf_token" value="[^"]*"')


@pytest.fixture
def case(app: Flask, cast: Cast) -> tuple[int, str]:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        return case_id, db.session.scalars(select(Case.public_id)).one()


@pytest.mark.parametrize("party", (ADA, BEN))
def test_drafts_claims_and_notes_change_no_letter_of_a_party_s_page(app: Flask, visit, case, party: str) -> None:
    case_id, public_id = case
    browser = visit(party)

    def page() -> str:
        return PASSING.sub("", browser.get(f"/cases/{public_id}").text)

    before = page()
    with app.app_context():
        with turn(case_id, CLEO, "reviewer", at=real_now() + HOUR) as t:
            draft(t, Drafted("partial_refund", 100, "SECRET", [], ["JDT-04"]))
            messages.note(t, words="SECRET")
        with writing():
            desk.claim(case_of(case_id), person(CLEO))
    assert page() == before


@pytest.mark.parametrize("party", (ADA, BEN))
def test_a_party_is_told_no_reviewer_s_name_and_no_other_s_address(app: Flask, visit, case, party: str) -> None:
    case_id, public_id = case
    with app.app_context():
        with turn(case_id, CLEO, "reviewer") as t:
            messages.request_info(t, side="buyer", words="Which seal?")
        with turn(case_id, ADA, "buyer") as t:
            messages.answer_info(t, words="The one on the box.")
    shown = visit(party).get(f"/cases/{public_id}").text
    for hidden in ({ADA, BEN, CLEO, RITA} - {party}) | {"Cleo", "Rita"}:
        assert hidden not in shown
