"""Signing in and out: nothing tells a wrong password from an unknown address, and sessions end when they should."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.auth import service
from disputes.auth.service import account_with, change_password, hashed
from disputes.db import db, writing
from disputes.models import Account, Session
from disputes.moment import real_now
from tests.cast import ADA, BEN, Cast

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ada(app: Flask, cast: Cast) -> None:
    with app.app_context(), writing():
        account_id = db.session.scalars(select(Account.id).where(Account.email == ADA)).one()
        change_password(account_id, hashed(PASSWORD), now=real_now(), but="")


def enter(browser, email: str, password: str, **more: str):
    return browser.post("/sign-in", data={"email": email, "password": password, **more})


def test_the_right_password_opens_a_session_that_the_table_holds_only_as_a_hash(app: Flask, visit, ada) -> None:
    browser = visit(None)
    assert enter(browser, ADA, PASSWORD).status_code == 303
    assert browser.get("/orders").status_code == 200
    with browser.session_transaction() as cookie, app.app_context():
        assert cookie["_user_id"] not in db.session.scalars(select(Session.token_hash)).all()


def test_the_address_is_taken_in_any_case_and_with_spaces(visit, ada) -> None:
    assert enter(visit(None), f"  {ADA.upper()} ", PASSWORD).status_code == 303


def test_an_unknown_address_and_a_wrong_password_look_the_same(visit, ada) -> None:
    answers = [enter(visit(None), email, "wrong") for email in (ADA, BEN, "nobody@example.org")]
    bodies = {re.sub(r'(csrf_token" value|data-now|name="email"[^>]*value|value)="[^"]*"', "", a.text) for a in answers}
    assert {a.status_code for a in answers} == {422} and len(bodies) == 1


def test_an_unknown_address_costs_a_password_check_too(app: Flask, ada, monkeypatch) -> None:
    checked = []
    monkeypatch.setattr(service, "_matches", lambda stored, _password: bool(checked.append(stored)))
    with app.app_context():
        for email in (ADA, BEN, "nobody@example.org"):
            assert account_with(email, "wrong") is None
    assert len(checked) == 3 and all(stored.startswith("$argon2id$") for stored in checked)


def test_too_many_tries_are_stopped_whoever_the_account_belongs_to(visit, ada) -> None:
    for email in (ADA, "nobody@example.org"):
        codes = [enter(visit(None), email, "wrong").status_code for _ in range(12)]
        assert codes[:10] == [422] * 10 and set(codes[10:]) == {429}
    blocked = enter(visit(None), ADA, PASSWORD)
    assert blocked.status_code == 429 and "Too many tries" in blocked.text


@pytest.mark.parametrize("target", ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"))
def test_signing_in_leads_nowhere_else(visit, ada, target: str) -> None:
    assert enter(visit(None), ADA, PASSWORD, next=target).headers["Location"] == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(visit, ada) -> None:
    browser = visit(None)
    asked = browser.get("/cases?tab=x")
    assert asked.status_code == 303 and "next=/cases?tab%3Dx" in asked.headers["Location"]
    assert enter(browser, ADA, PASSWORD, next="/cases?tab=x").headers["Location"] == "/cases?tab=x"


def test_a_cookie_kept_after_signing_out_is_worth_nothing(app: Flask, visit, ada) -> None:
    browser, thief = visit(None), app.test_client()
    enter(browser, ADA, PASSWORD)
    stolen = browser.get_cookie("disputes")
    assert stolen
    assert browser.post("/sign-out").status_code == 303
    thief.set_cookie("disputes", stolen.value)
    assert thief.get("/orders").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("change", ("expires_at", "seen_at"))
def test_a_session_ends_by_age_and_by_idleness(app: Flask, visit, cast: Cast, change: str) -> None:
    browser = visit(ADA)
    assert browser.get("/orders").status_code == 200
    with app.app_context(), writing():
        db.session.execute(update(Session).values(**{change: real_now() - timedelta(days=1)}))
    assert browser.get("/orders").status_code == 303


def test_a_disabled_account_is_out_at_once(app: Flask, visit, cast: Cast) -> None:
    browser = visit(ADA)
    with app.app_context(), writing():
        db.session.execute(update(Account).where(Account.email == ADA).values(disabled_at=real_now()))
    assert browser.get("/orders").status_code == 303


def test_a_new_password_ends_every_session(app: Flask, visit, cast: Cast) -> None:
    browser = visit(ADA)
    with app.app_context(), writing():
        account_id = db.session.scalars(select(Account.id).where(Account.email == ADA)).one()
        change_password(account_id, hashed("another"), now=real_now(), but="")
    assert browser.get("/orders").status_code == 303


def test_a_session_in_use_is_noted_at_most_every_five_minutes(app: Flask, visit, cast: Cast) -> None:
    browser = visit(ADA)

    def seen():
        with app.app_context():
            return db.session.scalars(select(Session.seen_at)).one()

    first = seen()
    browser.get("/orders")
    assert seen() == first
    with app.app_context(), writing():
        db.session.execute(update(Session).values(seen_at=first - timedelta(minutes=6)))
    browser.get("/orders")
    assert seen() >= first


def test_a_form_without_its_token_is_refused_and_keeps_the_text(app: Flask, visit, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = visit(ADA).post("/sign-out", data={"words": "my long text"})
    assert answer.status_code == 400 and "my long text" in answer.text


def test_every_page_comes_with_headers_that_allow_nothing_from_elsewhere(visit, cast: Cast) -> None:
    for page in ("/sign-in", "/orders", "/nothing-here"):
        headers = visit(ADA).get(page).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"


def test_no_page_has_anything_inline(visit, cast: Cast) -> None:
    for who, page in ((ADA, "/orders"), (ADA, "/cases"), (BEN, "/inbox"), (None, "/sign-in")):
        html = visit(who).get(page).text
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", html), page
