"""An auditor reads every case of the shop with everything on it, and changes nothing."""

import re

import pytest
from flask import Flask
from sqlalchemy import delete

from disputes.db import db, writing
from disputes.models import Case, Grant
from tests.cast import ADA, BEN, CLEO, LIN, OLA, SAM, Cast
from tests.pages import send
from tests.turns import file_case, person

SECRET = "The buyer rang twice, sounds honest."


@pytest.fixture
def case(app: Flask, cast: Cast) -> Case:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        return db.session.get(Case, case_id)


def test_before_the_first_case_the_pages_say_so(visit, cast: Cast) -> None:
    ola = visit(OLA)
    assert "No case yet" in ola.get("/audit").text
    assert "Nothing was read yet" in ola.get("/audit/readings").text


def test_every_case_of_the_shop_is_listed_and_found_by_each_of_its_names(visit, case: Case) -> None:
    ola = visit(OLA)
    for words in ("", case.ref.lower(), "JD-1001", ADA.upper()):
        assert case.ref in ola.get("/audit", query_string={"q": words}).text, words
    assert "No case found" in ola.get("/audit?q=JD-9").text


def test_the_case_is_read_with_notes_and_letters_and_nothing_to_press(visit, case: Case) -> None:
    send(visit(CLEO), f"/cases/{case.public_id}/note", {"words": SECRET})
    page = visit(OLA).get(f"/audit/cases/{case.public_id}").text
    assert SECRET in page and "Letters sent" in page
    forms = set(re.findall(r'method="post" action="([^"]*)"', page))
    assert forms <= {"/sign-out", "/language"}, "there is nothing of the case to press"
    assert "/note" not in page and "Claim this case" not in page


def test_the_desk_and_the_parties_pages_are_not_the_auditor_s(visit, case: Case) -> None:
    ola = visit(OLA)
    pages = ("/desk", f"/desk/cases/{case.public_id}", f"/cases/{case.public_id}", "/inbox", "/people", "/shops")
    assert {ola.get(page).status_code for page in pages} == {404}


def test_no_post_is_the_auditor_s(app: Flask, visit, case: Case) -> None:
    ola = visit(OLA)
    for rule in app.url_map.iter_rules():
        anybody_s = rule.endpoint.startswith(("auth.", "languages.")) or "<token>" in rule.rule
        if "POST" not in (rule.methods or ()) or anybody_s:
            continue
        url = rule.rule.replace("<case_id>", case.public_id).replace("<trigger>", "step_in")
        for number in ("seller_id", "role_id", "mail_id"):
            url = url.replace(f"<int:{number}>", "1")
        assert ola.post(url, data={"seen_version": "1"}).status_code == 404, rule.rule
    with app.app_context():
        assert db.session.get(Case, case.id).version == case.version


def test_the_auditor_sees_who_read_what_and_that_they_read_it_too(visit, case: Case) -> None:
    visit(CLEO).get(f"/desk/cases/{case.public_id}")
    ola = visit(OLA)
    ola.get(f"/audit/cases/{case.public_id}")
    page = ola.get("/audit/readings").text
    assert CLEO in page and OLA in page and page.count(case.ref) >= 2
    assert OLA not in ola.get("/audit/readings", query_string={"by": CLEO}).text.split("<table")[1]
    assert "Nobody read this" in ola.get("/audit/readings?case=NONE").text


def test_an_auditor_of_another_shop_sees_nothing(app: Flask, visit, case: Case) -> None:
    visit(CLEO).get(f"/desk/cases/{case.public_id}")
    with app.app_context(), writing():
        db.session.execute(delete(Grant).where(Grant.account_id == person(OLA), Grant.shop_id == "jd-3p"))
    ola = visit(OLA)
    assert ola.get(f"/audit/cases/{case.public_id}").status_code == 404
    assert case.ref not in ola.get("/audit").text and "Nothing was read yet" in ola.get("/audit/readings").text


@pytest.mark.parametrize("email", (SAM, CLEO, LIN, BEN, ADA))
def test_nobody_else_has_these_pages(visit, case: Case, email: str) -> None:
    browser = visit(email)
    for page in ("/audit", "/audit/readings", f"/audit/cases/{case.public_id}"):
        assert browser.get(page).status_code == 404


@pytest.mark.parametrize("query", ("after=x", "after=2026-01-01T00:00:00%2B00:00_99999999999999", "q=%27", "case=%25"))
def test_any_address_is_answered(visit, case: Case, query: str) -> None:
    ola = visit(OLA)
    for page in ("/audit", "/audit/readings"):
        assert ola.get(f"{page}?{query}").status_code in (200, 400)
