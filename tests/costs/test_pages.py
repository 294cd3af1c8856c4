"""The costs of a case on its pages: for staff to record, for the sides to read what concerns them."""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Case, Cost, CostPayment
from tests.cast import ADA, BEN, CLEO, DAN, LIN, Cast
from tests.pages import fields, send
from tests.turns import file_case

BACK = {"line": "way_back", "amount": "12.50", "laid_out_by": "buyer", "insured": "y", "tariff": "10", "do": "record"}
CUSTOMS = {"line": "customs", "amount": "3", "laid_out_by": "seller", "do": "record"}


@pytest.fixture
def url(app: Flask, cast: Cast) -> str:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        return f"/cases/{db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()}"


def shown(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))).replace(" :", ":").replace(" ;", ";")


def count(app: Flask, table: type = Cost) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_staff_see_who_pays_before_it_is_recorded(app: Flask, visit, url: str) -> None:
    answer = send(visit(CLEO), f"{url}/costs", {**BACK, "do": "check"})
    assert answer.status_code == 200 and count(app) == 0
    page = shown(answer.text)
    assert "The insurer pays CN¥10.00 The platform pays CN¥2.50" in page and "JDT-03 JDT-15" in page
    assert 'value="12.50"' in answer.text


def test_a_side_reads_in_plain_words_what_concerns_it(visit, url: str) -> None:
    assert send(visit(CLEO), f"{url}/costs", BACK).status_code == 303
    page = shown(visit(ADA).get(url).text)
    assert "The way back cost CN¥12.50: The insurer pays CN¥10.00; The platform pays CN¥2.50" in page
    assert "You paid for it first." in page and "JDT-15" in page
    assert "The way back cost" not in shown(visit(BEN).get(url).text)


def test_what_a_person_shared_is_read_with_its_reason_by_whom_it_concerns(app: Flask, visit, url: str) -> None:
    chosen = {"seller": "40", "platform": "60", "reasons": "The papers were wrong."}
    assert send(visit(CLEO), f"{url}/costs", {**CUSTOMS, **chosen}).status_code == 303
    seller = shown(visit(BEN).get(url).text)
    assert "Customs came to CN¥3.00: You pay CN¥1.20; The platform pays CN¥1.80" in seller
    assert "The papers were wrong." in seller
    assert "The papers were wrong." not in visit(ADA).get(url).text


def test_what_is_missing_is_told_and_nothing_typed_is_lost(app: Flask, visit, url: str) -> None:
    cleo = visit(CLEO)
    wrong = (
        ({"amount": "0.001"}, "at most 2 decimals"),
        ({"laid_out_by": ""}, "Please choose one."),
        ({"seller": "40", "platform": "40", "reasons": "Why."}, "do not add up to 100 percent"),
        ({"seller": "100"}, "Please say why."),
        ({"tariff": "ten"}, "Please enter an amount"),
    )
    for typed, said in wrong:
        answer = send(cleo, f"{url}/costs", {**CUSTOMS, **typed})
        assert answer.status_code == 422 and said in answer.text, typed
        assert all(f'value="{value}"' in answer.text or value in answer.text for value in typed.values())
    answer = send(cleo, f"{url}/costs", CUSTOMS)
    assert answer.status_code == 422 and "Share it among them, and say why." in shown(answer.text)
    assert count(app) == 0


def test_an_entry_is_corrected_by_another_and_shown_as_corrected(app: Flask, visit, url: str) -> None:
    cleo = visit(CLEO)
    send(cleo, f"{url}/costs", BACK)
    with app.app_context():
        first = db.session.scalars(select(Cost.id)).one()
    page = cleo.get(f"{url}/costs/{first}").text
    assert 'value="12.50"' in page
    assert send(cleo, f"{url}/costs/{first}", {**BACK, "amount": "11", "tariff": ""}).status_code == 303
    staff = shown(cleo.get(f"{url}/costs").text)
    assert "Corrected since The way back cost CN¥12.50" in staff and "The way back cost CN¥11.00" in staff
    buyer = shown(visit(ADA).get(url).text)
    assert "CN¥11.00: The insurer pays CN¥11.00" in buyer and "CN¥12.50" not in buyer
    assert cleo.get(f"{url}/costs/{first}").status_code == 404


def test_an_entry_can_be_taken_back(app: Flask, visit, url: str) -> None:
    cleo = visit(CLEO)
    send(cleo, f"{url}/costs", BACK)
    with app.app_context():
        first = db.session.scalars(select(Cost.id)).one()
    assert send(cleo, f"{url}/costs/{first}", {**BACK, "amount": "", "nothing": "y"}).status_code == 303
    assert "The way back cost" not in visit(ADA).get(url).text


def test_a_lead_pays_the_buyer_from_the_refunds_page(app: Flask, visit, url: str) -> None:
    send(visit(CLEO), f"{url}/costs", BACK)
    assert "To pay to buyers" not in visit(CLEO).get("/desk/refunds").text
    lin = visit(LIN)
    page = lin.get("/desk/refunds").text
    assert "To pay to buyers" in page and "CN¥12.50" in page
    form = {**fields(page, f"{url}/costs/paid"), "reference": "B-77"}
    assert lin.post(f"{url}/costs/paid", data=form).status_code == 303
    assert count(app, CostPayment) == 1 and "To pay to buyers" not in lin.get("/desk/refunds").text
    assert lin.post(f"{url}/costs/paid", data=form).status_code == 409
    assert lin.post(f"{url}/costs/paid", data={**form, "amount": "many"}).status_code == 400


def test_nobody_but_the_desk_gets_there(visit, url: str) -> None:
    for person in (ADA, BEN, DAN):
        assert visit(person).get(f"{url}/costs").status_code == 404


def test_a_page_with_an_older_version_is_told(app: Flask, visit, url: str) -> None:
    cleo = visit(CLEO)
    old = fields(cleo.get(f"{url}/costs").text)
    send(cleo, f"{url}/costs", BACK)
    answer = cleo.post(f"{url}/costs", data={**old, **BACK})
    assert answer.status_code == 409 and "12.50" in answer.text and count(app) == 1
