"""The pages of payments to check: what staff see and do, and that a buyer reads the friendly notice alone."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.models import Order
from tests.cast import ADA, CLEO, DAN, LIN, OLA, SAM, Cast
from tests.screening import making
from tests.screening.conftest import Browser
from tests.screening.making import WAY, ask_invoice, decline, payment, sent, the_one
from tests.web.test_cost import counted

Visit = Callable[[str | None], Browser]
DESK = "/desk/payments"


def url(end: str = "") -> str:
    return f"{DESK}/{the_one().public_id}{end}"


def post(browser: Browser, end: str, **form: str) -> tuple[int, str]:
    answer = browser.post(url(end), data={"seen_version": str(the_one().version), **form})
    return answer.status_code, answer.text


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_list_names_what_makes_one_look_twice(visit: Visit) -> None:
    sent(payment(payer="Somebody Else", three_d_secure=False))
    text = plain(visit(CLEO).get(DESK).text)
    for part in ("L-1", "$199.95", "SA", "Paid by somebody else", "First order", "No 3-D Secure", "To check"):
        assert part in text


def test_an_order_like_any_other_has_nothing_that_stands_out(visit: Visit, cast: Cast) -> None:
    sent(payment("earlier"), number="L-0", placed_at="2026-03-01T10:00:00Z")
    with making.turn() as turn:
        turn.take("accept")
    sent(payment(three_d_secure=True))
    text = plain(visit(CLEO).get(DESK).text)
    assert "First order" not in text and "Paid by somebody else" not in text and "No 3-D Secure" not in text


def test_the_page_says_what_is_known_and_on_which_rule(visit: Visit) -> None:
    sent(payment(payer="Somebody Else"))
    text = plain(visit(LIN).get(url()).text)
    for part in ("paid by Somebody Else , not the buyer", "3-D Secure: not known", "first order in this shop", "IMA-08",
                 "IMA-11", "IMA-02", "Which rule?", "Accept the order", "Decline the order"):  # fmt: skip
        assert part in text


def test_accepting_needs_one_click(visit: Visit) -> None:
    sent()
    browser = visit(CLEO)
    assert post(browser, "/accept")[0] == 303
    assert the_one().state == "accepted"
    assert "None here" in browser.get(DESK).text
    assert "L-1" in browser.get(f"{DESK}?tab=done").text
    assert "There is nothing to decide now." in browser.get(url()).text


def test_asking_for_an_invoice_needs_words_and_keeps_them(visit: Visit) -> None:
    sent()
    browser = visit(CLEO)
    assert post(browser, "/invoice", words="")[0] == 422
    status, html = post(browser, "/invoice", words="You are a fraud, pay here")
    assert (status, "IMA-12" in html, "You are a fraud, pay here" in html) == (422, True, True)
    assert the_one().state == "waiting"
    assert post(browser, "/invoice", words=WAY)[0] == 303
    assert the_one().state == "invoice_asked"


def test_what_is_over_is_a_conflict_and_what_was_typed_is_kept(visit: Visit) -> None:
    sent()
    browser, version = visit(CLEO), str(the_one().version)
    ask_invoice()
    answer = browser.post(url("/invoice"), data={"seen_version": version, "words": WAY})
    assert (answer.status_code, WAY in answer.text) == (409, True)
    assert browser.get(url("/decline")).status_code == 409
    assert browser.post(url("/accept"), data={}).status_code == 400


def test_declining_is_asked_for_once_more(visit: Visit) -> None:
    sent()
    browser = visit(CLEO)
    assert "This cannot be taken back" in browser.get(url("/decline")).text
    assert post(browser, "/decline")[0] == 303
    assert the_one().state == "declining"
    assert "on its way" in browser.get(url()).text


@pytest.mark.parametrize("who", [ADA, DAN, OLA, SAM])
def test_nobody_but_reviewers_and_leads_sees_them(visit: Visit, who: str) -> None:
    sent()
    browser = visit(who)
    assert "Payments to check" not in browser.get("/").text
    for page in (DESK, url(), url("/invoice"), url("/decline")):
        assert browser.get(page).status_code == 404


def test_a_reviewer_who_bought_it_does_not_see_it(visit: Visit) -> None:
    sent(buyer__email=CLEO, buyer__name="Cleo")
    browser = visit(CLEO)
    assert "L-1" not in browser.get(DESK).text
    assert browser.get(url()).status_code == 404


def test_it_stands_in_the_menu_of_staff_whose_shop_checks_payments(app: Flask, visit: Visit) -> None:
    assert "Payments to check" not in visit(CLEO).get("/desk/refunds").text
    sent()
    assert "Payments to check" in visit(CLEO).get("/desk/refunds").text


def order_page(visit: Visit) -> str:
    public_id = db.session.scalars(select(Order.public_id).where(Order.number == "L-1")).one()
    return visit(ADA).get(f"/orders/{public_id}").text


def test_while_it_is_looked_at_its_buyer_sees_nothing_of_it(visit: Visit) -> None:
    sent(payment(payer="Somebody Else"))
    waiting = plain(order_page(visit))
    with making.turn() as turn:
        turn.take("accept")
    assert plain(order_page(visit)) == waiting


def test_its_buyer_reads_the_friendly_notice_and_that_the_money_is_back(visit: Visit) -> None:
    sent(payment(payer="Somebody Else"))
    ask_invoice()
    text = plain(order_page(visit))
    for part in ("Please pay $199.95 by invoice", WAY, "stays open", "Arrived"):
        assert part in text
    for word in ("fraud", "3-D", "suspicious", "IMA-"):
        assert word not in text
    sent(payment(payer="Somebody Else"), payment("inv-1", method=making.INVOICE))
    assert "Please pay" not in order_page(visit)


def test_a_declined_order_s_buyer_sees_the_money_go_back(visit: Visit) -> None:
    sent()
    decline()
    assert "Being sent to the bank" in order_page(visit)


def test_the_pages_cost_a_fixed_number_of_statements(app: Flask, visit: Visit) -> None:
    for number in range(20):
        sent(payment(f"pay-{number}"), number=f"L-{number}")
    browser = visit(CLEO)
    with counted(app) as seen:
        browser.get(DESK)
    assert len(seen) <= 3
