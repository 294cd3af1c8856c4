"""The lead's page of switches."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from disputes.db import db, writing
from disputes.models import Beat, Case, Clock, Shop
from disputes.moment import real_now
from disputes.outbox.sweep import sweep
from tests.cast import ADA, CLEO, LIN, Cast
from tests.pages import fields
from tests.turns import HOUR, file_case, notice

PAGE = "/desk/switches"


def away(app: Flask, cast: Cast) -> None:
    """The worker was away for two hours while a seller's limit ran out."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        notice(case_id, "seller_response", real_now() - 48 * HOUR - timedelta(minutes=30))
        with writing():
            db.session.add(Beat(id=1, seen_at=real_now() - 2 * HOUR))
        sweep()


def test_a_lead_stops_and_lets_go_on(app: Flask, visit, cast: Cast) -> None:
    lin = visit(LIN)
    for do, stopped in (("stop", True), ("go", False)):
        assert lin.post(f"{PAGE}/jd-3p/refunds/{do}").status_code == 303
        with app.app_context():
            found = db.session.scalars(select(Shop.refunds_stopped_at).where(Shop.id == "jd-3p")).one()
            assert (found is not None) is stopped
    assert lin.post(f"{PAGE}/jd-3p/everything/stop").status_code == 404
    assert lin.post(f"{PAGE}/elsewhere/refunds/stop").status_code == 404


def test_a_reviewer_has_no_switches(visit, cast: Cast) -> None:
    assert visit(CLEO).get(PAGE).status_code == 404
    assert visit(CLEO).post(f"{PAGE}/jd-3p/refunds/stop").status_code == 404


def test_what_waits_is_listed_and_can_be_given_more_time(app: Flask, visit, cast: Cast) -> None:
    lin = visit(LIN)
    assert "Nothing waits" in lin.get(PAGE).text
    away(app, cast)
    page = lin.get(PAGE).text
    assert "Reply by" in page
    sent = fields(page, f"{PAGE}/extend")
    assert lin.post(f"{PAGE}/extend", data={**sent, "hours": "0"}).status_code == 422
    assert lin.post(f"{PAGE}/extend", data={**sent, "hours": "24"}).status_code == 303
    assert "Nothing waits" in lin.get(PAGE).text
    with app.app_context():
        assert db.session.scalars(select(Clock.due_at)).one() > real_now() + 23 * HOUR
    case = None
    with app.app_context():
        case = db.session.scalars(select(Case.public_id)).one()
    assert "A deadline was moved" in visit(ADA).get(f"/cases/{case}").text


def test_what_waits_can_be_let_run(app: Flask, visit, cast: Cast) -> None:
    away(app, cast)
    assert visit(LIN).post(f"{PAGE}/run").status_code == 303
    with app.app_context():
        sweep()
        assert db.session.scalars(select(Case.state)).one() == "investigated"
