"""One-click steps over HTTP: only those, only for whom they are, only once."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Case, Event
from disputes.workflows.case import CASE
from tests.cast import ADA, BEN, CLEO, LIN, Cast
from tests.pages import fields
from tests.turns import file_case

HOUSE = [step.trigger for step in CASE.steps if not {"buyer", "seller", "reviewer", "lead"} & set(step.by)]
ODD = ("open", "resume_None", "__class__", "draft", "decide_full", "settle_full", "offer", "note", "x" * 300, "%2e%2e")


@pytest.fixture
def url(app: Flask, cast: Cast) -> str:
    with app.app_context():
        file_case(cast.catawiki_order, ADA)
        return f"/cases/{db.session.scalars(select(Case.public_id)).one()}"


def events(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Event)) or 0


@pytest.mark.parametrize("who", (ADA, BEN, CLEO, LIN))
def test_nobody_takes_a_step_of_the_house_or_one_with_a_page(app: Flask, visit, url: str, who: str) -> None:
    before, browser = events(app), visit(who)
    with app.app_context():
        case = db.session.scalars(select(Case)).one()
    for trigger in (*HOUSE, *ODD):
        for version in {case.version, case.public_version}:
            answer = browser.post(f"{url}/do/{trigger}", data={"seen_version": version})
            assert answer.status_code in (404, 409), (trigger, answer.status_code)
    assert events(app) == before


@pytest.mark.parametrize("who", (ADA, BEN))
def test_no_party_takes_a_step_of_the_desk(app: Flask, visit, url: str, who: str) -> None:
    before, browser = events(app), visit(who)
    with app.app_context():
        version = db.session.scalars(select(Case.public_version)).one()
    for trigger in ("bypass_seller", "stop_waiting"):
        assert browser.post(f"{url}/do/{trigger}", data={"seen_version": version}).status_code == 409
    for page in ("decision", "decide", "request", "note"):
        assert browser.get(f"{url}/{page}").status_code == 404
        assert browser.post(f"{url}/{page}", data={"seen_version": version, "words": "x"}).status_code == 404
    assert events(app) == before


def test_a_second_click_and_a_second_tab_are_told_so(app: Flask, visit, url: str) -> None:
    ada, tab = visit(ADA), visit(ADA)
    forms = [fields(browser.get(url).text, f"{url}/do/step_in") for browser in (ada, tab)]
    assert ada.post(f"{url}/do/step_in", data=forms[0]).status_code == 303
    for browser, form in ((ada, forms[0]), (tab, forms[1])):
        answer = browser.post(f"{url}/do/step_in", data=form)
        assert answer.status_code == 409 and "Something changed meanwhile" in answer.text
