"""Where a restriction is easily mistaken: about staff, the calendar's end, a worker that was away."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from disputes.db import db, writing
from disputes.models import Case, Outbox, Outcome, Session, Shop
from disputes.outbox.worker import drain
from tests.cast import ADA, BEN, CLEO, LIN, OLA, Cast
from tests.pages import send
from tests.restricting import decided, restricts, the_one
from tests.turns import person


def public(app: Flask, case_id: int) -> str:
    with app.app_context():
        return db.session.get_one(Case, case_id).public_id


def test_a_buyer_s_termination_signs_nobody_else_out(app: Flask, visit, case_id: int) -> None:
    for who in (ADA, BEN, CLEO, LIN, OLA):
        visit(who)
    with app.app_context():
        decided(case_id, restricts("buyer", "everything", ends=None), suspends=True)
        query = db.select(Session.account_id).where(Session.ended_at.is_(None))
        assert set(db.session.scalars(query)) == {person(who) for who in (BEN, CLEO, LIN, OLA)}


def test_a_lead_lifts_a_buyer_s_restriction(app: Flask, visit, case_id: int) -> None:
    with app.app_context():
        decided(case_id, restricts("buyer"))
        page = f"/desk/restrictions/{the_one().public_id}/lift"
    assert send(visit(LIN), page, {"words": "It was the neighbour."}).status_code == 303
    with app.app_context():
        assert the_one().state == "lifted"


def test_one_whose_end_has_passed_before_the_worker_came_is_called_off(app: Flask, cast: Cast, case_id: int) -> None:
    with app.app_context():
        decided(case_id, restricts(ends=timedelta(hours=1)), run=False)
        with writing():
            db.session.execute(update(Shop).where(Shop.id == "jd-3p").values(clock_offset_s=7200))
        drain()
        assert the_one().state == "called_off"
        assert db.session.scalar(db.select(Outcome.state).where(Outcome.kind == "restrict")) == "done"
        assert db.session.scalars(db.select(Outbox.last_error).where(Outbox.last_error.is_not(None))).all() == []


@pytest.mark.parametrize(("field", "day"), [("ends", "9999-12-31"), ("starts", "0001-01-01")])
def test_a_day_beyond_the_calendar_is_said_so_beside_its_field(app: Flask, visit, case_id: int, field, day) -> None:
    cleo, page = visit(CLEO), f"/cases/{public(app, case_id)}/decision"
    rests_on = re.findall(r'name="clauses"[^>]*value="([^"]+)"', cleo.get(page).text)[:1]
    wanted = {"kind": "account_restriction", "clauses": rests_on, "reasons": "Because of that."}
    wanted |= {"seller-on": "y", "seller-scopes": "filing", "seller-reasons": "canary typed"}
    wanted |= {"seller-ends": "2099-01-01", f"seller-{field}": day}
    answer = send(cleo, page, wanted)
    assert answer.status_code == 422 and "canary typed" in answer.text
