"""The desk's own notes, and words that came too late: kept, shown to whom they concern, and committed to."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.effects.chain import commitment, first_fault
from disputes.models import Case, Event, Message
from disputes.moment import real_now
from tests.cast import ADA, BEN, CLEO, RITA, Cast
from tests.pages import send
from tests.turns import HOUR, case_of, file_case, notice


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


def test_a_note_is_shown_to_the_desk_and_to_nobody_else(app: Flask, visit, case: str) -> None:
    assert send(visit(CLEO), f"/cases/{case}/note", {"words": "Smells of a pattern."}).status_code == 303
    assert "Smells of a pattern." in visit(RITA).get(f"/desk/cases/{case}").text
    for party in (ADA, BEN):
        assert "Smells of a pattern." not in visit(party).get(f"/cases/{case}").text


def test_a_note_leaves_the_parties_forms_good(app: Flask, visit, case: str) -> None:
    with app.app_context():
        before = db.session.scalars(select(Case.public_version)).one()
    send(visit(CLEO), f"/cases/{case}/note", {"words": "Only us."})
    with app.app_context():
        assert db.session.scalars(select(Case.public_version)).one() == before


def test_every_word_kept_is_committed_to_in_the_history(app: Flask, visit, case: str) -> None:
    send(visit(CLEO), f"/cases/{case}/note", {"words": "A note."})
    with app.app_context():
        notice(db.session.scalars(select(Case.id)).one(), "seller_response", real_now() - 49 * HOUR)
    late = send(visit(BEN), f"/cases/{case}/refuse", {"reason": "other", "words": "Too late, but said."})
    assert late.status_code == 409
    with app.app_context():
        messages = db.session.scalars(select(Message).order_by(Message.id)).all()
        events = db.session.scalars(select(Event).order_by(Event.seq)).all()
        assert {m.kind for m in messages} == {"statement", "note", "late"}
        for message in messages:
            assert events[message.seq - 1].details["words"] == commitment(message.salt, message.body)
        assert first_fault(case_of(messages[0].case_id), events) is None
