"""The pages of vouchers; and that a code reaches nobody but its buyer."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Case, Event, HouseEvent, Movement, Order, Outbox, Reading, SentMail, Shop, Voucher
from disputes.settings import Settings
from disputes.web.configure import settings_of
from tests.cast import ADA, BEN, CLEO, DAN, LIN, NIA, OLA, SAM
from tests.screening.conftest import Browser
from tests.vouchers.conftest import ALONE
from tests.vouchers.giving import WORDS, answer, code_of, give, vouchers

Visit = Callable[[str | None], Browser]


def case(case_id: int) -> Case:
    db.session.rollback()
    return db.session.get_one(Case, case_id, populate_existing=True)


def desk(case_id: int, end: str = "") -> str:
    return f"/desk/cases/{case(case_id).public_id}{end}"


def post(browser: Browser, case_id: int, end: str, **form: str) -> tuple[int, str]:
    answered = browser.post(desk(case_id, end), data={"seen_version": str(case(case_id).version), **form})
    return answered.status_code, answered.text


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_staff_give_one_on_a_page_and_see_it_without_its_code(visit: Visit, case_id: int) -> None:
    browser = visit(CLEO)
    html = browser.get(desk(case_id, "/voucher")).text
    assert re.search(r'name="number"[^>]* value="1"', html), html
    assert "CN¥50.00" in html and "CN¥120.00" in html
    assert post(browser, case_id, "/voucher", number="1", amount="20.00", words=WORDS)[0] == 303
    shown = plain(browser.get(desk(case_id)).text)
    for part in (WORDS, "CN¥20.00", "On its way to the shop", "gave the buyer a voucher of CN¥20.00"):
        assert part in shown


def test_what_is_no_amount_is_said_and_what_was_typed_is_kept(visit: Visit, case_id: int) -> None:
    browser = visit(CLEO)
    for amount in ("", "abc", "-5", "0", "1.234"):
        status, html = post(browser, case_id, "/voucher", number="1", amount=amount, words=WORDS)
        assert (status, WORDS in html, "Please enter an amount" in html) == (422, True, True), amount
    assert post(browser, case_id, "/voucher", number="one", amount="5", words=WORDS)[0] == 400
    assert post(browser, case_id, "/voucher", number="1", amount="5", words="")[0] == 422
    assert vouchers() == []


def test_the_second_tab_is_a_conflict(visit: Visit, case_id: int) -> None:
    browser = visit(CLEO)
    assert post(browser, case_id, "/voucher", number="1", amount="20", words=WORDS)[0] == 303
    status, html = post(browser, case_id, "/voucher", number="1", amount="30", words="another try")
    assert (status, "another try" in html) == (409, True)
    assert [voucher.amount_minor for voucher in vouchers()] == [2_000]


def test_a_lead_approves_on_the_case_s_page(visit: Visit, case_id: int) -> None:
    voucher = give(case_id, ALONE + 1)
    lead, reviewer = visit(LIN), visit(CLEO)
    assert "Approve the voucher" in lead.get(desk(case_id)).text
    assert "Approve the voucher" not in reviewer.get(desk(case_id)).text
    assert post(reviewer, case_id, f"/vouchers/{voucher.public_id}/approve")[0] == 404
    assert post(lead, case_id, f"/vouchers/{voucher.public_id}/approve")[0] == 303
    assert vouchers()[0].state == "given"
    assert post(lead, case_id, f"/vouchers/{voucher.public_id}/turn-down")[0] == 409


def test_its_buyer_sees_the_code_on_the_case_s_page(visit: Visit, case_id: int) -> None:
    url = f"/cases/{case(case_id).public_id}"
    browser = visit(ADA)
    waits = give(case_id, ALONE + 1)
    assert WORDS not in browser.get(url).text, "nothing is promised before it is given"
    answer(case_id, waits.public_id)
    html = browser.get(url).text
    assert code_of(vouchers()[0]) in html and WORDS in html and "Ready to use" in html


@pytest.fixture
def quiet(app: Flask, settings: Settings) -> None:
    """No demo: the send log is not a letter box."""
    app.extensions["disputes"] = replace(settings_of(app), demo=False)


def test_the_code_reaches_nobody_but_its_buyer(app: Flask, visit: Visit, case_id: int) -> None:
    """Every page of everybody, and every row."""
    give(case_id, 2_000)
    (voucher,) = vouchers()
    code, public_id = code_of(voucher), case(case_id).public_id
    orders = db.session.scalars(select(Order.public_id)).all()
    pages = (
        "/", "/orders", "/cases", "/inbox", "/desk", "/desk/refunds", "/desk/restrictions", "/desk/payments", "/audit",
        "/audit/changes", "/audit/readings", "/shops", "/people", f"/cases/{public_id}", f"/api/cases/{public_id}",
        f"/desk/cases/{public_id}", f"/desk/cases/{public_id}/voucher", f"/audit/cases/{public_id}",
        *(f"/orders/{order}" for order in orders),
    )  # fmt: skip
    for who in (None, BEN, NIA, DAN, CLEO, LIN, OLA, SAM):
        browser = visit(who)
        for page in pages:
            text = browser.get(page, follow_redirects=True).text
            assert code not in text and code.replace("-", "") not in text, (who, page)
            assert who not in (BEN, NIA, DAN, SAM, None) or WORDS not in text, (who, page)
    assert code in visit(ADA).get(f"/cases/{public_id}").text, "the search itself must be able to find something"
    for table in (Voucher, Outbox, Event, HouseEvent, Movement, Reading):
        db.session.rollback()
        assert code not in json.dumps([vars(row) for row in db.session.scalars(select(table))], default=str)


def test_the_send_log_keeps_the_letter_without_the_code(app: Flask, quiet: None, case_id: int, settings) -> None:
    give(case_id, 2_000)
    (letter,) = db.session.scalars(select(SentMail).where(SentMail.topic == "voucher"))
    code = code_of(vouchers()[0])
    assert code not in letter.body and WORDS in letter.body
    (sent,) = [p for p in (settings.instance / "mail").glob("*.eml") if code in p.read_text("utf-8")]
    assert ADA in sent.read_text("utf-8")


def test_a_seller_sees_the_same_case_with_a_voucher_and_without(visit: Visit, case_id: int) -> None:
    url, browser = f"/cases/{case(case_id).public_id}", visit(BEN)

    def seen() -> tuple[str, ...]:
        return tuple(plain(browser.get(page).text) for page in (url, "/inbox", url.replace("/cases", "/api/cases")))

    before = seen()
    give(case_id, 2_000)
    assert seen() == before


def test_an_admin_sets_the_limits(visit: Visit, case_id: int) -> None:
    browser = visit(SAM)
    form = {"name": "JD", "refund_limit": "", "daily_limit": "", "voucher_limit": "12.50", "voucher_most": "40"}
    assert browser.post("/shops/jd-3p", data=form).status_code == 303
    shop = db.session.get_one(Shop, "jd-3p", populate_existing=True)
    assert (shop.voucher_limit_minor, shop.voucher_most_minor) == (1_250, 4_000)
    assert 'value="12.50"' in browser.get("/shops/jd-3p").text
    assert browser.post("/shops/jd-3p", data={**form, "voucher_most": "much"}).status_code == 422


def test_where_none_are_given_the_page_says_so(visit: Visit, case_id: int) -> None:
    with writing() as session:
        session.execute(update(Shop).values(voucher_limit_minor=None))
    browser = visit(CLEO)
    assert "No vouchers are given in this shop." in browser.get(desk(case_id, "/voucher")).text
    assert post(browser, case_id, "/voucher", number="1", amount="5", words=WORDS)[0] == 409
