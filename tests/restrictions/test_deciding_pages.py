"""Restricting somebody on the reviewer's pages: one form with the remedy, nothing typed is lost, all of it is shown
before it happens."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from disputes.db import db
from disputes.models import Case, Outcome
from disputes.moment import real_now
from disputes.outbox.worker import drain
from tests.cast import BEN, CLEO, LIN
from tests.pages import send
from tests.restricting import WHY, decided, found, restricts, the_one

REASONS = "The seal is missing."
REMEDY = {"kind": "partial_refund", "amount": "25", "cancel": "y", "reasons": REASONS}
SELLER = {
    "seller-on": "y", "seller-scopes": ["filing", "payouts"], "seller-endless": "y", "seller-reasons": WHY,
    "seller-clauses": "jdt-03, CAT-7",
}  # fmt: skip


@pytest.fixture
def case(app: Flask, case_id: int) -> str:
    with app.app_context():
        return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


def test_a_remedy_a_cancellation_and_a_restriction_in_one_go(app: Flask, visit, case: str) -> None:
    cleo, lin = visit(CLEO), visit(LIN)
    buyer = {"buyer-on": "y", "buyer-scopes": ["messaging"], "buyer-reasons": "Insults.", "buyer-ends": _day(30)}
    assert decide_by(cleo, case, {**REMEDY, **SELLER, **buyer}).status_code == 303
    page = cleo.get(f"/cases/{case}/decide").text
    for words in ("CN¥25.00", "told to cancel the order", "Payouts", WHY, "Insults.", "CAT-7", "Only", "second person"):
        assert words in page, words
    assert send(cleo, f"/desk/cases/{case}", action=f"/cases/{case}/decide/second").status_code == 303
    assert send(lin, f"/cases/{case}/decide").status_code == 303
    with app.app_context():
        drain()
        kinds = db.session.execute(select(Outcome.kind, Outcome.target).order_by(Outcome.id)).all()
        assert kinds == [("cancel_order", "order"), ("refund", "buyer"), ("restrict", "buyer"), ("restrict", "seller")]
        assert [row.state for row in found()] == ["in_force", "in_force"]
        assert found()[1].clauses == ["JDT-03", "CAT-7"]
    desk = lin.get(f"/desk/cases/{case}").text
    assert all(f"/desk/restrictions/{public_id(app, n)}" in desk for n in (0, 1))


def decide_by(browser: FlaskClient, case: str, sent: dict[str, object]) -> TestResponse:
    """Send the decision form, with the first rule it offers."""
    clause = re.search(r'name="clauses" value="([^"]*)"', browser.get(f"/cases/{case}/decision").text)
    assert clause
    return send(browser, f"/cases/{case}/decision", {"clauses": clause[1], **sent})


def public_id(app: Flask, number: int) -> str:
    with app.app_context():
        return found()[number].public_id


def _day(days: int) -> str:
    return (real_now() + timedelta(days=days)).date().isoformat()


WRONG = (
    ({"seller-scopes": []}, "Please choose what is shut."),
    ({"seller-reasons": " "}, "Please write the reasons; this side reads them."),
    ({"seller-endless": ""}, "Please give a day, or choose that it has no end."),
    ({"seller-ends": "2030-01-01"}, "Please give a day, or choose that it has no end."),
    ({"seller-endless": "", "seller-starts": "2030-02-01", "seller-ends": "2030-01-01"}, "This is before it begins."),
    ({"seller-clauses": "the third"}, "A rule&#39;s number looks like ABC-07."),
    ({"seller-scopes": ["coffee"]}, "not a valid choice"),
    ({"seller-endless": "", "seller-ends": "soon"}, "Not a valid date"),
)


@pytest.mark.parametrize(("edit", "said"), WRONG, ids=lambda part: str(part)[:40])
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(app, visit, case: str, edit, said) -> None:
    sent = {**REMEDY, **SELLER, **edit}
    answer = decide_by(visit(CLEO), case, {k: v for k, v in sent.items() if v != ""})
    assert answer.status_code == 422
    assert REASONS in answer.text and said in answer.text
    assert sent["seller-reasons"].strip() in answer.text
    with app.app_context():
        assert found() == []


def test_an_account_restriction_alone_needs_an_account(visit, case: str) -> None:
    sent = {"kind": "account_restriction", "reasons": REASONS}
    answer = decide_by(visit(CLEO), case, sent)
    assert answer.status_code == 422 and "Say below whom you restrict." in answer.text


def test_an_end_in_the_past_is_refused_with_every_word_kept(app: Flask, visit, case: str) -> None:
    sent = {**REMEDY, **SELLER, "seller-ends": "2020-01-01"}
    sent.pop("seller-endless")
    answer = decide_by(visit(CLEO), case, sent)
    assert answer.status_code == 409 and "not in the past" in answer.text and WHY in answer.text


def test_the_draft_comes_back_into_the_form(visit, case: str) -> None:
    cleo = visit(CLEO)
    dates = {"seller-starts": "2031-01-01", "seller-ends": "2031-02-01"}
    sent = {k: v for k, v in {**REMEDY, **SELLER, **dates}.items() if k != "seller-endless"}
    assert decide_by(cleo, case, sent).status_code == 303
    page = cleo.get(f"/cases/{case}/decision").text
    for words in (WHY, 'value="2031-01-01"', 'value="2031-02-01"', 'value="JDT-03 CAT-7"', "open>"):
        assert words in page, words


def test_days_count_in_the_shop_s_zone_to_their_end(app: Flask, visit, case: str) -> None:
    dates = {"seller-starts": "2031-01-01", "seller-ends": "2031-01-31"}
    sent = {k: v for k, v in {**REMEDY, **SELLER, **dates}.items() if k != "seller-endless"}
    assert decide_by(visit(CLEO), case, sent).status_code == 303
    with app.app_context():
        row = the_one()
        assert row.starts_at.isoformat() == "2030-12-31T16:00:00+00:00"  # midnight in Shanghai
        assert row.ends_at.isoformat() == "2031-01-31T16:00:00+00:00"


def test_on_top_of_a_decision_only_more_is_offered(app: Flask, visit, case: str, case_id: int) -> None:
    with app.app_context():
        decided(case_id, kind="partial_refund", amount=2_500)
    page = visit(CLEO).get(f"/cases/{case}/decision").text
    assert 'value="full_refund"' in page and 'value="account_restriction"' in page
    assert 'value="no_remedy"' not in page and 'value="cancellation"' not in page
    with app.app_context():
        decided(case_id, restricts("seller"))
    page = visit(CLEO).get(f"/cases/{case}/decision").text
    assert 'value="account_restriction"' in page and 'value="full_refund"' not in page
    desk = visit(CLEO).get(f"/desk/cases/{case}").text
    assert "On top of it" in desk and "Part refund" in desk
    assert (
        "account" not in visit(BEN).get(f"/cases/{case}").text.split("<main")[1].split("What has happened")[1].lower()
    )
