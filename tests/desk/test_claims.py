"""Taking, holding and giving back: one at a time, for a while, and only with the role."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Case
from disputes.moment import real_now
from tests.cast import ADA, BEN, CLEO, LIN, NIA, RITA, Cast
from tests.turns import file_case, person


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        return db.session.scalars(select(Case.public_id)).one()


def holder(app: Flask) -> int | None:
    with app.app_context():
        return db.session.scalars(select(Case.assignee_id)).one()


def test_a_case_is_held_given_back_and_taken_by_another(app: Flask, visit, case: str) -> None:
    cleo, rita = visit(CLEO), visit(RITA)
    assert cleo.post("/desk/next").headers["Location"] == f"/desk/cases/{case}"
    assert "Yours until" in cleo.get(f"/desk/cases/{case}").text
    assert "Cleo has this until" in rita.get(f"/desk/cases/{case}").text.replace("<bdi>", "").replace("</bdi>", "")
    assert [rita.post(url).status_code for url in ("/desk/next", f"/desk/cases/{case}/claim")] == [409, 409]
    assert cleo.post(f"/desk/cases/{case}/release").status_code == 303
    assert rita.post(f"/desk/cases/{case}/claim").status_code == 303
    with app.app_context():
        assert holder(app) == person(RITA)


def test_nobody_gives_back_what_another_holds(app: Flask, visit, case: str) -> None:
    visit(RITA).post(f"/desk/cases/{case}/claim")
    answer = visit(CLEO).post(f"/desk/cases/{case}/release")
    assert answer.status_code == 409 and "back in the queue" not in answer.text
    with app.app_context():
        assert holder(app) == person(RITA)


def test_a_claim_that_ran_out_keeps_nobody_off(app: Flask, visit, case: str) -> None:
    visit(RITA).post(f"/desk/cases/{case}/claim")
    with app.app_context(), writing():
        db.session.execute(update(Case).values(claimed_until=real_now() - timedelta(seconds=1)))
    assert "Claim this case" in visit(CLEO).get(f"/desk/cases/{case}").text
    assert visit(CLEO).post(f"/desk/cases/{case}/claim").status_code == 303


def test_a_claim_is_no_step_and_leaves_everybody_s_form_good(app: Flask, visit, case: str) -> None:
    with app.app_context():
        before = db.session.execute(select(Case.version, Case.public_version, Case.head_seq)).one()
    for who in (CLEO, LIN):
        visit(who).post(f"/desk/cases/{case}/claim")
    with app.app_context():
        assert db.session.execute(select(Case.version, Case.public_version, Case.head_seq)).one() == before


def test_the_desk_s_pages_are_not_there_for_anybody_else(visit, case: str) -> None:
    for who in (ADA, BEN, NIA):
        browser = visit(who)
        for page in ("/desk", "/desk/phone", "/desk/refunds", f"/desk/cases/{case}"):
            assert browser.get(page).status_code == 404
        for page in ("/desk/next", f"/desk/cases/{case}/claim", f"/desk/cases/{case}/release"):
            assert browser.post(page).status_code == 404


def test_an_empty_queue_is_told_plainly(visit, cast: Cast) -> None:
    answer = visit(CLEO).post("/desk/next")
    assert answer.status_code == 409 and "no case to take" in answer.text


@pytest.mark.parametrize("call", ("", "soon", "0001-01-01T00:00", "9999-12-31T23:59"))
def test_a_call_at_no_real_time_breaks_nothing(visit, cast: Cast, call: str) -> None:
    answer = visit(CLEO).get("/desk/phone", query_string={"q": "JD-1001", "call": call})
    assert answer.status_code == 200
    links = [part.split('"')[0] for part in answer.text.split('href="') if "/case/new" in part.split('"')[0]]
    assert all(visit(CLEO).get(link.replace("&amp;", "&")).status_code == 400 for link in links)
