"""The second step: no page without it, no code twice, no endless tries; recovery codes, and staff who must."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from disputes.auth import totp
from disputes.auth.service import hashed
from disputes.db import db, writing
from disputes.models import Account, RecoveryCode, Session
from disputes.moment import real_now
from disputes.settings import Settings
from tests.cast import ADA, BEN, CLEO, LIN, OLA, SAM, Cast
from tests.turns import person

PASSWORD = "four quiet green lamps"


@pytest.fixture
def cleo(app: Flask, cast: Cast):
    """Cleo's password."""
    with app.app_context(), writing():
        db.session.execute(update(Account).where(Account.email == CLEO).values(password_hash=hashed(PASSWORD)))


def shown(browser) -> pyotp.TOTP:
    """The key on the page, as a telephone reads it."""
    found = re.search(r'dir="ltr">([A-Z2-7 ]{32,})</p>', browser.get("/account/second-step").text)
    assert found
    return pyotp.TOTP(found[1].replace(" ", ""))


def secret(app: Flask, email: str = CLEO) -> pyotp.TOTP:
    with app.app_context():
        salt = db.session.scalars(select(Account.totp_salt).where(Account.email == email)).one()
        return pyotp.TOTP(totp.secret_of(salt))


def turn_on(browser) -> list[str]:
    """Turn it on as a person does; returns the recovery codes. Its code is an older one, so that now's is fresh."""
    code = shown(browser).at(real_now() - timedelta(seconds=30))
    page = browser.post("/account/second-step", data={"code": code}).text
    assert "Your recovery codes" in page
    return re.findall(r"<li>([0-9a-z-]{19})</li>", page)


def enter(app: Flask):
    browser = app.test_client()
    answer = browser.post("/sign-in", data={"email": CLEO, "password": PASSWORD, "next": "/desk?tab=mine"})
    assert answer.status_code == 303
    return browser, answer.headers["Location"]


def test_turning_it_on_takes_a_code_and_gives_ten_recovery_codes_as_hashes(app: Flask, visit, cleo) -> None:
    browser, other = visit(CLEO), visit(CLEO)
    browser.get("/account/second-step")
    wrong = browser.post("/account/second-step", data={"code": "000000"})
    assert wrong.status_code == 422 and "That code does not work" in wrong.text
    codes = turn_on(browser)
    assert len(set(codes)) == 10 and "You have 10 left" in browser.get("/account/second-step").text
    with app.app_context():
        stored = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not set(stored) & {*codes, *(code.replace("-", "") for code in codes)}
    assert [b.get("/desk").status_code for b in (browser, other)] == [200, 303], "sessions without a code end"


def test_the_picture_holds_the_key_and_goes_away_when_it_is_on(app: Flask, visit, cleo) -> None:
    browser = visit(CLEO)
    assert browser.get("/account/second-step.svg").status_code == 404
    key = shown(browser)
    assert shown(browser).secret == key.secret, "a reload shows the same one"
    picture = browser.get("/account/second-step.svg")
    assert picture.mimetype == "image/svg+xml" and b"<svg" in picture.data and b"style" not in picture.data
    turn_on(browser)
    assert browser.get("/account/second-step.svg").status_code == 404


def test_a_key_somebody_else_was_shown_in_this_browser_is_not_used(visit, cleo) -> None:
    browser, lin = visit(CLEO), visit(LIN)
    seen = shown(browser).secret
    with lin.session_transaction() as theirs, browser.session_transaction() as cookie:
        cookie["_user_id"] = theirs["_user_id"]
    assert shown(browser).secret != seen


def test_the_table_alone_gives_nobody_the_key(app: Flask, visit, cleo) -> None:
    browser = visit(CLEO)
    key = shown(browser).secret
    turn_on(browser)
    with app.app_context():
        assert key not in str(vars(db.session.scalars(select(Account).where(Account.email == CLEO)).one()))


def test_the_password_alone_opens_nothing(app: Flask, visit, cleo) -> None:
    turn_on(visit(CLEO))
    browser, where = enter(app)
    assert where == "/sign-in/code?next=/desk?tab%3Dmine"
    for page in ("/desk", "/account", "/orders", "/account/second-step", "/account/again"):
        assert browser.get(page).headers["Location"].startswith("/sign-in"), page
    with browser.session_transaction() as cookie:
        half = cookie["half"][0]
        cookie["_user_id"] = half
    assert browser.get("/desk").status_code == 303, "the waiting session is no session under another name"
    with browser.session_transaction() as cookie:
        cookie.pop("_user_id")
    done = browser.post(where, data={"code": secret(app).now(), "next": "/desk?tab=mine"})
    assert done.headers["Location"] == "/desk?tab=mine" and browser.get("/desk").status_code == 200
    with browser.session_transaction() as cookie:
        assert "half" not in cookie and cookie["_user_id"] != half


def test_a_code_works_once_however_it_is_written(app: Flask, visit, cleo) -> None:
    turn_on(visit(CLEO))
    code = secret(app).now()
    first, second = enter(app)[0], enter(app)[0]
    assert first.post("/sign-in/code", data={"code": f" {code[:3]} {code[3:]} "}).status_code == 303
    for again in (code, f"{code} ", f" {code}", f"{code[:3]} {code[3:]}", "\u00a0".join(code)):
        assert second.post("/sign-in/code", data={"code": again}).status_code == 422, repr(again)


def test_an_older_code_is_refused_after_a_newer_one(app: Flask, visit, cleo) -> None:
    turn_on(visit(CLEO))
    now = real_now() + timedelta(minutes=1)
    with time_machine.travel(now, tick=False):
        first, second = enter(app)[0], enter(app)[0]
        assert first.post("/sign-in/code", data={"code": secret(app).at(now)}).status_code == 303
        older = secret(app).at(now - timedelta(seconds=30))
        assert second.post("/sign-in/code", data={"code": older}).status_code == 422


@pytest.mark.parametrize("off", (-90, 90, 3600))
def test_a_code_of_another_time_is_refused(app: Flask, visit, cleo, off: int) -> None:
    turn_on(visit(CLEO))
    browser, _ = enter(app)
    code = secret(app).at(real_now() + timedelta(seconds=off))
    assert browser.post("/sign-in/code", data={"code": code}).status_code == 422


def test_a_recovery_code_opens_once(app: Flask, visit, cleo) -> None:
    code = turn_on(visit(CLEO))[0]
    first, second = enter(app)[0], enter(app)[0]
    assert first.post("/sign-in/code", data={"code": code.upper().replace("-", " ")}).status_code == 303
    assert second.post("/sign-in/code", data={"code": code}).status_code == 422
    assert "You have 9 left" in first.get("/account/second-step").text


def test_new_recovery_codes_replace_the_old_ones(app: Flask, visit, cleo) -> None:
    browser = visit(CLEO)
    old = turn_on(browser)
    new = re.findall(r"<li>([0-9a-z-]{19})</li>", browser.post("/account/second-step/recovery").text)
    assert len(new) == 10 and not set(old) & set(new)
    entering = enter(app)[0]
    assert entering.post("/sign-in/code", data={"code": old[0]}).status_code == 422
    assert entering.post("/sign-in/code", data={"code": new[0]}).status_code == 303


def test_guessing_is_throttled_by_account_also_after_signing_in_anew(app: Flask, visit, cleo) -> None:
    turn_on(visit(CLEO))
    browser, _ = enter(app)
    assert [browser.post("/sign-in/code", data={"code": "000000"}).status_code for _ in range(10)] == [422] * 10
    fresh, _ = enter(app)
    blocked = fresh.post("/sign-in/code", data={"code": secret(app).now()}, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert blocked.status_code == 429


def test_a_waiting_session_ends_after_ten_minutes_and_with_the_account(app: Flask, visit, cleo) -> None:
    turn_on(visit(CLEO))
    for change in ("old", "shut"):
        browser, _ = enter(app)
        with app.app_context(), writing():
            if change == "old":
                db.session.execute(update(Session).where(Session.half).values(expires_at=real_now()))
            else:
                db.session.execute(update(Account).where(Account.email == CLEO).values(disabled_at=real_now()))
        answer = browser.post("/sign-in/code", data={"code": secret(app).now()})
        assert answer.headers["Location"] == "/sign-in" and browser.get("/desk").status_code == 303


def test_it_can_be_turned_off_where_nobody_asks_for_it(app: Flask, visit, cleo) -> None:
    browser = visit(CLEO)
    turn_on(browser)
    assert browser.post("/account/second-step/off").status_code == 303
    assert enter(app)[1] == "/desk?tab=mine"
    with app.app_context():
        assert db.session.scalars(select(RecoveryCode)).all() == []


def must(app: Flask, settings: Settings) -> None:
    app.extensions["disputes"] = replace(settings, require_totp="staff")


@pytest.mark.parametrize("email", (CLEO, LIN, OLA, SAM))
def test_where_staff_must_nothing_opens_before_it_is_on(app: Flask, settings, visit, cleo, email: str) -> None:
    must(app, settings)
    browser = visit(email)
    for page in ("/", "/orders", "/account", "/account/password"):
        assert browser.get(page).headers["Location"] == "/account/second-step", page
    assert browser.post("/account/sessions/end-others").headers["Location"] == "/account/second-step"
    assert "Whoever works here" in browser.get("/account/second-step").text
    turn_on(browser)
    assert browser.get("/account").status_code == 200
    assert browser.post("/account/second-step/off").status_code == 404


def test_where_staff_must_buyers_and_sellers_need_not(app: Flask, settings, visit, cast: Cast) -> None:
    must(app, settings)
    assert [visit(ADA).get("/orders").status_code, visit(BEN).get("/inbox").status_code] == [200, 200]


def test_staff_must_everywhere_but_in_a_demo(settings: Settings) -> None:
    assert not settings.staff_needs_codes and replace(settings, demo=False).staff_needs_codes
    assert not replace(settings, demo=False, require_totp="none").staff_needs_codes
    with pytest.raises(ValueError, match="staff or none"):
        replace(settings, require_totp="yes")


def test_an_admin_turns_it_off_for_somebody_whose_telephone_is_gone(app: Flask, visit, cleo) -> None:
    browser = visit(CLEO)
    turn_on(browser)
    with app.app_context():
        public_id = db.session.scalars(select(Account.public_id).where(Account.id == person(CLEO))).one()
    assert visit(SAM).post(f"/people/{public_id}/reset-codes").status_code == 303
    assert browser.get("/desk").status_code == 303 and enter(app)[1] == "/desk?tab=mine"
