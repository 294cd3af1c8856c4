"""Clauses to cite are offered with what they mean, nothing is filled in beforehand, and both sides read the meaning."""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.models import Case, Citation
from tests.cast import ADA, BEN, CLEO, Cast
from tests.pages import fields, send
from tests.turns import file_case

MEANING = "Time limit: 7 days from receipt · In time until"


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA, reason="changed_mind", sub_reason="does_not_suit")
        return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


def reviewed(visit, case: str) -> str:
    """The case comes to us. Returns the address of its decision form."""
    send(visit(BEN), f"/cases/{case}/refuse", {"reason": "too_late", "words": "No."})
    assert send(visit(ADA), f"/cases/{case}", action=f"/cases/{case}/do/step_in").status_code == 303
    return f"/cases/{case}/decision"


def shown(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_every_clause_of_the_verdicts_can_be_cited_and_nothing_is_filled_in(visit, case: str) -> None:
    page = visit(CLEO).get(reviewed(visit, case)).text
    boxes = re.findall(r'<input type="checkbox"[^>]*name="clauses"[^>]*>', page)
    values = [re.search(r'value="([^"]*)"', box)[1] for box in boxes]
    assert values == sorted(values) and {"JDT-04", "JDT-03", "2011/83/EU art. 9(1)"} <= set(values)
    assert " checked" not in page and MEANING in shown(page)
    assert re.search(r'<textarea[^>]*name="reasons"[^>]*>\s*</textarea>', page)
    assert "The rules speak for a full refund." in page


def test_both_sides_read_what_a_cited_clause_means(app: Flask, visit, case: str) -> None:
    data = {"kind": "full_refund", "reasons": "In time.", "clauses": ["JDT-04", "2011/83/EU art. 9(1)"]}
    cleo, form = visit(CLEO), reviewed(visit, case)
    assert cleo.post(form, data={**fields(cleo.get(form).text), **data}).status_code == 303
    assert MEANING in shown(cleo.get(f"/cases/{case}/decide").text)
    assert send(cleo, f"/cases/{case}/decide").status_code == 303
    with app.app_context():
        assert set(db.session.scalars(select(Citation.clause))) == {"JDT-04", "2011/83/EU art. 9(1)"}
    for person in (ADA, BEN):
        told = shown(visit(person).get(f"/cases/{case}").text).partition("Rules it rests on")[2]
        assert f"JDT-04 {MEANING}" in told
        assert "2011/83/EU art. 9(1) By law: changing one's mind: 14 days from receipt · In time until" in told


def test_a_clause_that_no_verdict_names_is_refused(visit, case: str) -> None:
    cleo, form = visit(CLEO), reviewed(visit, case)
    data = {"kind": "full_refund", "reasons": "In time.", "clauses": "JDT-99"}
    assert cleo.post(form, data={**fields(cleo.get(form).text), **data}).status_code == 422
