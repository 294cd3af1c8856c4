"""Trying rules: the same answers as the command's, typed values stay, and nothing is stored."""

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import Base, db
from tests.cast import SAM, Cast

URL = "/rules/jd_self/1.0.0/try"
ASKED = {
    "do": "form", "reason": "changed_mind", "wish": "full_refund", "category": "audio", "paid": "199.90",
    "placed": "2026-03-01T10:00", "dispatched": "2026-03-02T10:00", "received": "2026-03-04T12:00", "country": "DE",
    "trader": "y", "channel": "web", "moment": "2026-03-11T23:59:59",
}  # fmt: skip
FACTS = {
    "shop": "demo", "number": "1", "placed_at": "2026-03-01T10:00:00+08:00", "channel": "web", "currency": "CNY",
    "country": "CN", "buyer": {"email": "ada@example.org", "name": "Ada"}, "seller": {"ref": "own", "name": "Shop"},
    "lines": [
        {"ref": "1", "title": "Headset", "category": "audio", "quantity": 1, "unit_minor": 100, "paid_minor": 100}
    ],
    "parcels": [{"ref": "P1", "delivered_at": "2026-03-04T12:00:00+08:00"}],
    "request": {"kind": "refund", "reason": "changed_mind"},
}  # fmt: skip


@pytest.fixture
def sam(visit, cast: Cast):
    return visit(SAM)


def everything(app: Flask) -> dict[str, int]:
    with app.app_context():
        tables = Base.metadata.sorted_tables
        return {t.name: db.session.scalar(select(func.count()).select_from(t)) for t in tables if t.name != "session"}


def test_a_form_shows_every_answer_with_its_clauses_and_the_law_beside(app: Flask, sam) -> None:
    before = everything(app)
    page = sam.post(URL, data=ASKED)
    shop, _, law = page.text.partition('id="by-law"')
    assert (
        page.status_code == 200
        and "JDS-02" in shop
        and "Sending it back is paid by" in shop
        and 'data-result="pass"' in shop
    )
    assert "Until" in shop and "By law: changing one" in law.partition("<form")[0]
    assert everything(app) == before


def test_a_second_later_it_is_too_late(sam) -> None:
    page = sam.post(URL, data=ASKED | {"moment": "2026-03-12T00:00:00"}).text
    assert "That ended" in page.partition('id="by-law"')[0]


def test_what_was_seen_on_the_goods_counts(sam) -> None:
    page = sam.post(URL, data=ASKED | {"signs": ["used"], "nothing_else": "y"}).text
    assert "JDS-03" in page.partition('class="duo" novalidate')[0]


def test_facts_as_json_are_answered_too(sam) -> None:
    page = sam.post(URL, data=ASKED | {"do": "facts", "facts": json.dumps(FACTS)})
    assert page.status_code == 200 and "JDS-02" in page.text
    question = {"request": {"kind": "rule", "path": "windows.refund.changed_mind"}}
    assert "JDS-02" in sam.post(URL, data=ASKED | {"do": "facts", "facts": json.dumps(question)}).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"paid": "much"}, "Please enter an amount"),
        ({"moment": "soon"}, "Not a valid datetime"),
        ({"sub_reason": "lost"}, "no sub-reason of"),
        ({"country": "Germany"}, "two letters"),
        ({"do": "facts", "facts": "{"}, "not JSON"),
        ({"do": "facts", "facts": "[" * 50_000}, "not JSON"),
        ({"do": "facts", "facts": '{"request": {"kind": "refnd"}}'}, "did you mean"),
        ({"do": "facts", "facts": "[]"}, "is missing, or not an object"),
        ({"do": "facts", "facts": ""}, "Please paste the facts."),
    ],
)
def test_what_does_not_fit_is_said_and_stays(sam, change: dict[str, str], words: str) -> None:
    answer = sam.post(URL, data=ASKED | {"category": "audio_typed"} | change)
    assert answer.status_code == 422 and words in answer.text.replace("&#39;", "'")
    assert 'value="audio_typed"' in answer.text and 'value="2026-03-01T10:00:00"' in answer.text.replace(
        'value="2026-03-01T10:00"', 'value="2026-03-01T10:00:00"'
    )


@pytest.mark.parametrize("moment", ("9999-12-31T23:59:59", "0001-01-01T00:00:00"))
def test_the_ends_of_the_calendar_break_nothing(sam, moment: str) -> None:
    assert sam.post(URL, data=ASKED | {"moment": moment, "placed": moment, "received": moment}).status_code in (
        200,
        422,
    )
