"""Staff see what the bank took and until when it waits; one plans, another approves; nobody looks into their own."""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.chargebacks import queries
from disputes.db import db, writing
from disputes.models import Chargeback, Freeze, Outbox
from disputes.offers import service as offers
from disputes.web import keyset
from tests.banking import PAID, bank_says, dispute, sent_past_us
from tests.cast import ADA, BEN, CLEO, LIN, OLA, Cast, grant
from tests.pages import fields
from tests.turns import file_case, person, turn

WORDS = "The parcel was signed for by the buyer."


@pytest.fixture
def url(app: Flask, cast: Cast) -> str:
    """The page of a chargeback on a payment whose refund is approved and waits."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        bank_says()
        return f"/desk/chargebacks/{db.session.scalars(select(Chargeback.public_id)).one()}"


def state(app: Flask, table=Chargeback) -> str:
    with app.app_context():
        return db.session.scalars(select(table.state).order_by(table.id.desc())).first()


def plan(browser, url: str, which: str = "contest", words: str = WORDS):
    version = fields(browser.get(f"{url}/plan").text)["seen_version"]
    return browser.post(f"{url}/plan", data={"seen_version": version, "plan": which, "words": words})


def approve(browser, url: str):
    return browser.post(f"{url}/approve", data=fields(browser.get(url).text, f"{url}/approve"))


def test_without_any_the_page_says_so(visit, cast: Cast) -> None:
    assert "None here" in visit(CLEO).get("/desk/chargebacks").text


def test_the_list_names_the_payment_the_amount_and_the_bank_s_deadline(visit, url: str) -> None:
    shown = visit(CLEO).get("/desk/chargebacks").text
    assert "Visa ending 4242" in shown and "¥100.00" in shown and "The bank waits for our answer" in shown
    assert url in shown and "None here" in visit(CLEO).get("/desk/chargebacks?tab=closed").text


def test_those_to_be_answered_first_stand_first_on_every_page(app: Flask, visit, url: str, monkeypatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(keyset.page, "__defaults__", (2,))
    with app.app_context():
        for ref, days in (("dp_2", 3), ("dp_3", 1), ("dp_4", 9)):
            bank_says(replace(dispute(amount=100, days=days), ref=ref))
        bank_says(replace(dispute(amount=100), ref="dp_5", due_at=None))
        names = dict(db.session.execute(select(Chargeback.public_id, Chargeback.ref)).all())
    seen, page = [], "/desk/chargebacks"
    browser = visit(CLEO)
    while page:
        text = browser.get(page).text
        listed = re.findall(r'class="main" href="/desk/chargebacks/([^"]+)"', text)
        seen += [names[found] for found in listed if found in names]  # above them stands the payment itself
        more = re.search(r'href="(/desk/chargebacks\?[^"]*after=[^"]+)"', text)
        page = unescape(more[1]) if more else ""
    assert seen == ["dp_3", "dp_2", "dp_1", "dp_4", "dp_5"]


def test_the_bank_s_reason_is_told_in_words(visit, url: str) -> None:
    text = visit(CLEO).get(url).text
    assert "The payer says that they did not make this payment" in text and "fraudulent" not in text


def test_both_sides_and_staff_read_in_the_case_that_the_bank_decides_first(app: Flask, visit, url: str) -> None:
    for who in (ADA, BEN):
        page = visit(who).get("/cases" if who == ADA else "/inbox").text
        assert page
    with app.app_context():
        from disputes.models import Case

        case = db.session.scalars(select(Case.public_id)).one()
    for who in (ADA, BEN):
        page = visit(who).get(f"/cases/{case}").text
        assert "Refunds wait until the bank has decided" in page
        assert "Waits until this payment is checked" in page and "Being sent to the bank" not in page


def test_one_writes_another_approves_and_the_bank_is_answered(app: Flask, visit, url: str) -> None:
    assert plan(visit(CLEO), url).status_code == 303
    assert state(app) == "planned"
    assert WORDS in visit(LIN).get(url).text
    assert approve(visit(LIN), url).status_code == 303
    assert state(app) == "contested"
    with app.app_context():
        assert db.session.scalar(select(Outbox.kind).where(Outbox.kind == "chargeback_answer")) is not None


def test_whoever_wrote_it_cannot_approve_it(app: Flask, visit, url: str) -> None:
    assert plan(visit(LIN), url).status_code == 303
    lin = visit(LIN)
    page = lin.get(url).text
    assert "You wrote this yourself" in page and f'action="{url}/approve"' not in page
    data = {"seen_version": fields(lin.get(f"{url}/plan").text)["seen_version"], "read": ""}
    assert lin.post(f"{url}/approve", data=data).status_code == 409
    assert state(app) == "planned"


def test_a_yes_to_another_plan_than_the_one_read_is_a_conflict(app: Flask, visit, url: str) -> None:
    plan(visit(CLEO), url)
    read = fields(visit(LIN).get(url).text, f"{url}/approve")
    plan(visit(CLEO), url, "accept", "It was ours.")
    assert visit(LIN).post(f"{url}/approve", data=read).status_code == 409
    forged = fields(visit(LIN).get(url).text, f"{url}/approve") | {"read": read["read"]}
    assert visit(LIN).post(f"{url}/approve", data=forged).status_code == 409
    assert state(app) == "planned"


def test_the_same_approval_sent_twice_counts_once(app: Flask, visit, url: str) -> None:
    plan(visit(CLEO), url)
    lin = visit(LIN)
    data = fields(lin.get(url).text, f"{url}/approve")
    assert [lin.post(f"{url}/approve", data=data).status_code for _ in range(2)] == [303, 409]
    with app.app_context():
        assert len(db.session.scalars(select(Outbox).where(Outbox.kind == "chargeback_answer")).all()) == 1


def test_a_lead_can_send_the_plan_back(app: Flask, visit, url: str) -> None:
    plan(visit(CLEO), url)
    lin = visit(LIN)
    data = fields(lin.get(url).text, f"{url}/send-back")
    assert lin.post(f"{url}/send-back", data=data).status_code == 303
    assert state(app) == "needs_answer"


def test_without_words_nothing_is_lost_and_nothing_is_planned(app: Flask, visit, url: str) -> None:
    answer = plan(visit(CLEO), url, "accept", "")
    assert answer.status_code == 422 and 'value="accept" checked' in answer.text.replace("checked ", "checked")
    assert state(app) == "needs_answer"


def test_after_the_bank_has_decided_there_is_nothing_to_plan(app: Flask, visit, url: str) -> None:
    with app.app_context():
        bank_says(dispute("won"))
    assert visit(CLEO).get(f"{url}/plan").status_code == 409
    assert url in visit(CLEO).get("/desk/chargebacks?tab=closed").text


def test_auditors_read_and_parties_find_nothing(visit, url: str) -> None:
    assert visit(OLA).get(url).status_code == 200
    assert visit(OLA).get(f"{url}/plan").status_code in (403, 404)
    for who in (ADA, BEN):
        assert visit(who).get(url).status_code in (403, 404)


def test_staff_who_bought_or_sell_it_find_nothing(app: Flask, visit, url: str) -> None:
    with app.app_context(), writing():
        for who in (ADA, BEN):
            grant(person(who), "reviewer", "jd-3p")
    for who in (ADA, BEN):
        assert visit(who).get(url).status_code == 404
        assert url not in visit(who).get("/desk/chargebacks").text


def test_what_went_back_twice_is_listed_and_two_people_free_it(app: Flask, visit, cast: Cast) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        sent_past_us(amount=PAID)
        freeze = f"/desk/chargebacks/{db.session.scalars(select(Freeze.public_id)).one()}"
    assert freeze in visit(CLEO).get("/desk/chargebacks").text
    assert plan(visit(CLEO), freeze, "call_off").status_code == 303
    assert approve(visit(LIN), freeze).status_code == 303
    assert state(app, Freeze) == "calling_off"
