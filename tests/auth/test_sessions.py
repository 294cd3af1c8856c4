"""One's own sessions and password: seen, ended, changed; and being asked again before what matters."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.auth.service import account_with, hashed
from disputes.db import db, writing
from disputes.models import Account, Session
from disputes.moment import real_now
from tests.cast import ADA, BEN, CLEO, Cast
from tests.turns import person

OLD, NEW = "correct horse battery staple", "four quiet green lamps"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def ada(app: Flask, cast: Cast, visit):
    with app.app_context(), writing():
        db.session.execute(update(Account).where(Account.email == ADA).values(password_hash=hashed(OLD)))
    return visit(ADA)


def ends(html: str) -> list[str]:
    return re.findall(r'action="(/account/sessions/[0-9a-f]{16}/end)"', html)


def test_sessions_are_listed_and_this_one_is_marked(app: Flask, ada, visit) -> None:
    with app.app_context(), writing():
        db.session.execute(update(Session).values(browser=FIREFOX))
    visit(ADA)
    visit(BEN)
    page = ada.get("/account").text
    assert "Firefox on Linux" in page and "Another program" in page
    assert page.count("This one") == 1 and len(ends(page)) == 1


def test_one_session_is_ended_and_the_others_stay(ada, visit) -> None:
    other = visit(ADA)
    (url,) = ends(ada.get("/account").text)
    assert ada.post(url).status_code == 303
    assert [browser.get("/orders").status_code for browser in (ada, other)] == [200, 303]
    assert "signed in nowhere else" in ada.get("/account").text


def test_nobody_ends_somebody_else_s_session(ada, visit) -> None:
    ben, other = visit(BEN), visit(BEN)
    (url,) = ends(ben.get("/account").text)
    assert ada.post(url).status_code == 404 and other.get("/inbox").status_code == 200


def test_all_others_are_ended_at_once(ada, visit) -> None:
    others = [visit(ADA), visit(ADA)]
    assert ada.post("/account/sessions/end-others").status_code == 303
    assert [browser.get("/orders").status_code for browser in (ada, *others)] == [200, 303, 303]


def change(browser, current: str = OLD, password: str = NEW, again: str | None = None):
    data = {"current": current, "password": password, "again": password if again is None else again}
    return browser.post("/account/password", data=data)


def test_a_new_password_ends_the_other_sessions_and_the_old_one_is_worth_nothing(app: Flask, ada, visit) -> None:
    other = visit(ADA)
    assert change(ada).status_code == 303
    assert [browser.get("/orders").status_code for browser in (ada, other)] == [200, 303]
    with app.app_context():
        assert account_with(ADA, OLD) is None and account_with(ADA, NEW) is not None


UNFIT = [
    ({"current": "wrong"}, "That is not right"),
    ({"current": ""}, "Please enter your password"),
    ({"password": "short"}, "at least 12 characters"),
    ({"password": ADA}, "cannot be your e-mail address"),
    ({"password": "qwertyuiop12"}, "Too many people use"),
    ({"again": "something else"}, "The two passwords differ"),
]


@pytest.mark.parametrize(("changes", "says"), UNFIT)
def test_what_cannot_be_taken_changes_nothing(app: Flask, ada, changes: dict[str, str], says: str) -> None:
    answer = change(ada, **changes)
    assert answer.status_code == 422 and says in answer.text
    with app.app_context():
        assert account_with(ADA, OLD) is not None


def test_guessing_the_old_password_is_throttled(ada) -> None:
    codes = [change(ada, current="wrong").status_code for _ in range(12)]
    assert codes[-1] == 429 and codes[0] == 422


def test_before_what_matters_the_password_is_asked_again_after_ten_minutes(app: Flask, ada) -> None:
    assert ada.get("/account/second-step").status_code == 200, "whoever has just signed in is sure"
    with app.app_context(), writing():
        db.session.execute(update(Session).values(sure_at=real_now() - timedelta(minutes=11)))
    asked = ada.get("/account/second-step").headers["Location"]
    assert asked == "/account/again?next=/account/second-step"
    assert ada.post("/account/again", data={"word": "wrong", "next": "/orders"}).status_code == 422
    assert ada.get("/account/second-step").status_code == 303
    done = ada.post("/account/again", data={"word": OLD, "next": "/account/second-step"})
    assert done.headers["Location"] == "/account/second-step"
    assert ada.get("/account/second-step").status_code == 200


def test_being_asked_again_leads_nowhere_else(ada) -> None:
    done = ada.post("/account/again", data={"word": OLD, "next": "//evil.example"})
    assert done.headers["Location"] == "/account"


def test_somebody_else_s_password_makes_nobody_sure(app: Flask, ada, visit) -> None:
    assert visit(CLEO).post("/account/again", data={"word": OLD}).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(Session.account_id).where(Session.account_id == person(CLEO))).all()
