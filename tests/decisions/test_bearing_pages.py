"""The form asks who bears a refund, and says it again before it is decided."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.models import Case
from disputes.offers import service as offers
from tests.cast import ADA, BEN, CLEO, Cast
from tests.pages import fields
from tests.turns import file_case, turn


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    """A case before a reviewer."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.refuse(t, reason="not_proven", words="No.")
        with turn(case_id, ADA, "buyer") as t:
            offers.step_in(t)
        return db.session.scalars(select(Case.public_id)).one()


def test_the_form_asks_for_it_and_says_before_it_is_decided_who_bears_what(visit, case: str) -> None:
    url = f"/cases/{case}"
    cleo = visit(CLEO)
    data = {"kind": "partial_refund", "amount": "25", "platform": "10", "reasons": "Because.", "clauses": "JDT-04"}
    assert cleo.post(f"{url}/decision", data={**fields(cleo.get(f"{url}/decision").text), **data}).status_code == 303
    shown = cleo.get(f"{url}/decide").text
    assert "the platform bears" in shown and "¥10.00" in shown
    assert 'value="10.00"' in cleo.get(f"{url}/decision").text


def test_an_amount_that_is_none_keeps_what_was_typed(visit, case: str) -> None:
    url = f"/cases/{case}/decision"
    cleo = visit(CLEO)
    data = {"kind": "partial_refund", "amount": "25", "platform": "-1", "reasons": "Because.", "clauses": "JDT-04"}
    answer = cleo.post(url, data={**fields(cleo.get(url).text), **data})
    assert answer.status_code == 422 and "cannot be less than nothing" in answer.text and 'value="-1"' in answer.text
