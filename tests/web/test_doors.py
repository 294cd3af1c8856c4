"""The doors: no token, no change; no page changes anything by being looked at; no host but ours in a link."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import Base, db
from disputes.models import Case, Evidence, Order, Session
from tests.cast import ADA, BEN, CLEO, Cast
from tests.turns import file_case

HOSTS = ("evil.example", "127.0.0.1.evil.example", "evil.example:80", "user@evil.example", "[::1]", "evil.example#")
FORWARDED = ("X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "Forwarded", "X-Original-URL", "X-HTTP-Host-Override")


@pytest.fixture
def names(app: Flask, cast: Cast) -> dict[str, str]:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        return {
            "case_id": db.session.scalars(select(Case.public_id)).one(),
            "order_id": db.session.scalars(select(Order.public_id).where(Order.id == cast.jd_order)).one(),
            "evidence_id": db.session.scalars(select(Evidence.public_id)).first() or "x" * 22,
            "trigger": "step_in",
            "mail_id": "1",
        }


def urls(app: Flask, names: dict[str, str], method: str):  # type: ignore[no-untyped-def]
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint != "static":
            url = rule.rule
            for name, value in names.items():
                url = url.replace(f"<{name}>", value).replace(f"<int:{name}>", value)
            yield url


def everything(app: Flask) -> dict[str, list[object]]:
    """All rows of all tables but the two that note when somebody was here: sessions, and who of the desk read what."""
    with app.app_context():
        tables = [t for t in Base.metadata.sorted_tables if t.name not in (Session.__tablename__, "reading")]
        rows = {t.name: [tuple(r) for r in db.session.execute(select(t).order_by(*t.primary_key))] for t in tables}
        db.session.rollback()
        return rows


@pytest.mark.parametrize("who", (ADA, BEN, CLEO))
def test_without_its_token_no_form_is_taken(app: Flask, visit, names: dict[str, str], who: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    before, browser = everything(app), visit(who)
    for url in urls(app, names, "POST"):
        for token in ({}, {"csrf_token": "forged"}):
            answer = browser.post(url, data={"seen_version": "2", "words": "My words.", **token})
            assert answer.status_code in (400, 404), (url, answer.status_code)
    assert everything(app) == before


@pytest.mark.parametrize("who", (ADA, BEN, CLEO))
def test_looking_at_a_page_changes_nothing(app: Flask, visit, names: dict[str, str], who: str) -> None:
    before, browser = everything(app), visit(who)
    for method in ("GET", "HEAD", "OPTIONS"):
        for url in urls(app, names, "GET"):
            answer = browser.open(url, method=method, query_string={"do": "send", "seen_version": "2", "words": "x"})
            assert answer.status_code < 500, (method, url)
            answer.close()
    assert everything(app) == before


@pytest.mark.parametrize("host", HOSTS)
def test_no_other_host_gets_into_a_page_or_a_redirect(visit, names: dict[str, str], host: str) -> None:
    ada, case = visit(ADA), f"/cases/{names['case_id']}"
    for headers in ({"Host": host}, *({name: host} for name in FORWARDED)):
        for path in (case, "/", "/nothing-here"):
            answer = ada.get(path, headers=headers)
            assert "evil" not in answer.text and "evil" not in answer.headers.get("Location", "")


def test_every_page_says_what_may_run_on_it_and_is_kept_by_nobody(visit, names: dict[str, str]) -> None:
    for who, path in ((ADA, f"/cases/{names['case_id']}"), (None, "/sign-in"), (ADA, "/nothing-here")):
        headers = visit(who).get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert (headers["Cache-Control"], headers["X-Frame-Options"]) == ("no-store", "DENY")
