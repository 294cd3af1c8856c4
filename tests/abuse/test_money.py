"""Ways to get money that is not due, one test each. These have theirs elsewhere:

- amounts of a decision and of an offer that are none: decisions/test_amount_inputs.py; of a voucher: vouchers/
- an approval used twice, of another case, for a draft that was edited; a party or a machine that approves; many small
  refunds of one reviewer, and of one payment: decisions/test_second_person.py; a chargeback's: chargebacks/
- nobody approves what they drafted or asked for: decisions/ and restrictions/test_second_person.py
- a chargeback after an approved refund: effects/test_outside.py, outbox/test_call_off.py
- a time-out or an error never sends under a new key: outbox/test_refunds.py, outbox/test_mutations.py, refunds/
- a failed refund sent again by two clicks: refunds/test_retry.py
- a voucher and a refund together over what was captured: vouchers/test_giving.py
- two cases at once on one capture, and whatever else happens at once: test_races.py
"""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from disputes.db import db, writing
from disputes.decisions import service
from disputes.decisions.service import Drafted
from disputes.models import Case, CaseLine, Cost, Decision, Filing, Grant, Order, Refund, Voucher
from disputes.offers import service as offers
from disputes.outbox.provider import Answer
from disputes.outbox.refunds import note
from disputes.outbox.worker import drain
from disputes.steps import Refused
from tests.abuse.making import LIMIT, asked, draft, limit, promised, public, refunds, waiting
from tests.banking import bank_says, dispute
from tests.cast import ADA, BEN, CLEO, LIN, SAM, Cast, grant
from tests.pages import fields, send
from tests.turns import case_of, file_case, person, turn

NO_AMOUNTS = ("-5", "0.001", "1e9", "NaN", "inf", "5 EUR", "9" * 20)


@pytest.fixture
def approved(app: Flask, cast: Cast) -> str:
    """The address where a lead approves a draft over the limit."""
    with app.app_context():
        return f"/cases/{asked(cast.jd_order)}/decide"


@pytest.fixture
def decided(app: Flask, cast: Cast) -> str:
    """The address where a draft of 15.00 is decided by one person."""
    with app.app_context():
        case_id = waiting(cast.jd_order)
        draft(case_id, 1_500)
        return f"/cases/{public(case_id)}/decide"


def sent_back(app: Flask) -> list[int]:
    with app.app_context():
        return refunds()


def test_a_double_click_decides_once(app: Flask, visit, decided: str) -> None:
    cleo = visit(CLEO)
    form = fields(cleo.get(decided).text)
    assert [cleo.post(decided, data=form).status_code for _ in range(2)] == [303, 409]
    assert sent_back(app) == [1_500]


def test_what_one_tab_changed_the_other_tab_does_not_decide(app: Flask, visit, decided: str) -> None:
    cleo = visit(CLEO)
    old = fields(cleo.get(decided).text)
    edit = decided.replace("/decide", "/decision")
    data = {"kind": "partial_refund", "amount": "59", "reasons": "All of it.", "clauses": "JDC-42"}
    assert cleo.post(edit, data={**fields(cleo.get(edit).text), **data}).status_code == 303
    newest = fields(cleo.get(decided).text)
    for form in (old, {**newest, "digest": old["digest"]}, {**old, "digest": newest["digest"]}):
        assert cleo.post(decided, data=form).status_code == 409
    assert sent_back(app) == []


def test_an_approval_sent_again_after_the_case_was_taken_up_again_counts_for_nothing(
    app: Flask, visit, approved: str
) -> None:
    lin = visit(LIN)
    form = fields(lin.get(approved).text)
    assert lin.post(approved, data=form).status_code == 303
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        refund = db.session.scalars(select(Refund)).one()
        with writing():
            note(case_id, refund.key, ("reserved",), Answer("succeeded", ref="re_1"))
        with turn(case_id, None, "system") as t:
            t.take("close")
        with turn(case_id, LIN, "lead") as t:
            service.reopen(t, words="There is more to it.")
        draft(case_id, 4_000)
        newest = str(case_of(case_id).version)
    assert lin.post(approved, data=form).status_code == 409
    assert lin.post(approved, data={**form, "seen_version": newest}).status_code == 409
    assert sent_back(app) == [LIMIT + 1]


def test_what_was_approved_of_one_version_is_not_executed_of_the_next(app: Flask, visit, approved: str) -> None:
    lin = visit(LIN)
    form = fields(lin.get(approved).text)
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        with turn(case_id, CLEO, "reviewer") as t:
            t.take("request_info", details={"side": "buyer"})
    assert lin.post(approved, data=form).status_code == 409
    assert sent_back(app) == []


@pytest.mark.parametrize("typed", ("0", *NO_AMOUNTS))
def test_a_wish_of_no_amount_opens_no_case(app: Flask, cast: Cast, visit, typed: str) -> None:
    with app.app_context():
        order = db.session.scalars(select(Order.public_id).where(Order.id == cast.jd_order)).one()
    data = {
        "lines-0-chosen": "y", "lines-0-quantity": "1", "reason": "not_as_described", "sub_reason": "defective",
        "wish": "partial_refund", "wish_amount": typed, "words": "It does not light up.", "do": "send",
    }  # fmt: skip
    answer = send(visit(ADA), f"/orders/{order}/case/new", data)
    assert answer.status_code == 422 and f'value="{typed}"' in answer.text
    with app.app_context():
        assert db.session.scalars(select(Filing.id)).all() == []


@pytest.mark.parametrize("typed", NO_AMOUNTS)
@pytest.mark.parametrize(("page", "table"), (("/cases/{}/costs", Cost), ("/desk/cases/{}/voucher", Voucher)))
def test_a_cost_or_a_voucher_of_no_amount_is_none(
    app: Flask, cast: Cast, visit, page: str, table: type, typed: str
) -> None:
    with app.app_context():
        limit(voucher_limit_minor=5_000, voucher_most_minor=5_000)
        address = page.format(public(waiting(cast.jd_order)))
    data = {
        "amount": typed, "words": "We are sorry.", "line": "customs", "laid_out_by": "buyer", "platform": "100",
        "reasons": "We are sorry.", "do": "record",
    }  # fmt: skip
    answer = send(visit(CLEO), address, data)
    assert answer.status_code == 422 and f'value="{typed}"' in answer.text
    with app.app_context():
        assert db.session.scalars(select(table.id)).all() == []  # type: ignore[attr-defined]


def test_sixty_and_sixty_of_a_hundred_are_sixty(app: Flask, cast: Cast) -> None:
    with app.app_context():
        cases = [waiting(cast.jd_order, line) for line in (0, 1)]
        with writing():
            db.session.execute(update(Case).values(claimed_minor=10_000))
            db.session.execute(update(CaseLine).values(paid_minor=10_000))
        digests = [draft(case_id, 6_000) for case_id in cases]
        with turn(cases[0], CLEO, "reviewer") as t:
            service.decide(t, digest=digests[0])
        with pytest.raises(Refused, match="left to send back"), turn(cases[1], CLEO, "reviewer") as t:
            service.decide(t, digest=digests[1])
        assert refunds() == [6_000] and promised() == 6_000


@pytest.mark.parametrize("remedy", ("full_refund", "partial_refund"))
def test_after_the_bank_took_everything_back_nothing_is_left_to_refund(app: Flask, cast: Cast, remedy: str) -> None:
    with app.app_context():
        case_id = waiting(cast.jd_order)
        digest = draft(case_id, 5_000 if remedy == "partial_refund" else None)
        bank_says(dispute())
        bank_says(dispute("lost"))
        with (
            pytest.raises(Refused, match="already been sent back|left to send back"),
            turn(case_id, CLEO, "reviewer") as t,
        ):
            service.decide(t, digest=digest)
        with pytest.raises(Refused), turn(case_id, CLEO, "reviewer") as t:
            service.draft(t, Drafted("partial_refund", 1, "A little.", [], ["JDT-03"]))
        assert refunds() == []


def test_a_refund_that_came_back_days_later_is_owed_and_stands_on_the_staff_s_page(
    app: Flask, cast: Cast, visit, ledger
) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        drain()
        case, key = public(case_id), db.session.scalars(select(Refund.key)).one()
    assert case not in visit(CLEO).get("/desk/refunds").text
    with app.app_context():
        with writing():
            note(case_id, key, ("arrived",), Answer("failed", code="account_closed"))
        assert promised() == 6_000, "it is promised still"
    assert case in visit(CLEO).get("/desk/refunds").text
    send(visit(CLEO), "/desk/refunds", action=f"/cases/{case}/refunds/retry")
    with app.app_context():
        drain()
        assert (refunds(), promised()) == ([6_000], 6_000)
    assert len({entry["key"] for entry in ledger()}) == len(ledger()) == 2


def test_a_reviewer_made_lead_does_not_approve_what_they_asked_for(app: Flask, visit, approved: str) -> None:
    with app.app_context(), writing():
        grant(person(CLEO), "lead", "jd-3p")
    cleo = visit(CLEO)
    shown = cleo.get(approved)
    form = fields(shown.text) if shown.status_code == 200 else {}
    with app.app_context():
        newest = str(case_of(db.session.scalars(select(Case.id)).one()).version)
        digest = db.session.scalars(select(Decision.digest)).one()
    assert cleo.post(approved, data={**form, "seen_version": newest, "digest": digest}).status_code == 409
    assert sent_back(app) == []


@pytest.mark.parametrize("party", (ADA, BEN))
def test_a_reviewer_who_bought_or_sells_it_decides_nothing(app: Flask, visit, decided: str, party: str) -> None:
    with app.app_context():
        with writing():
            for role in ("reviewer", "lead"):
                grant(person(party), role, "jd-3p")
        digest, version = db.session.execute(select(Decision.digest, Case.version).join(Case)).one()
    browser = visit(party)
    form = {"seen_version": str(version), "digest": digest}
    for page in (decided, f"{decided}/second", decided.replace("/decide", "/decision")):
        assert browser.post(page, data=form).status_code == 404
    assert sent_back(app) == []


def test_a_lead_whose_role_was_taken_away_with_the_page_open_approves_nothing(app: Flask, visit, approved: str) -> None:
    lin = visit(LIN)
    form = fields(lin.get(approved).text)
    with app.app_context(), writing():
        db.session.execute(delete(Grant).where(Grant.account_id == person(LIN)))
    assert lin.post(approved, data=form).status_code == 404
    assert sent_back(app) == []


def test_an_admin_approves_nothing(app: Flask, visit, approved: str) -> None:
    form = fields(visit(LIN).get(approved).text)
    sam = visit(SAM)
    assert (sam.get(approved).status_code, sam.post(approved, data=form).status_code) == (404, 404)
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        for role in ("admin", "lead"):
            with pytest.raises(Refused), turn(case_id, SAM, role) as t:
                t.take("decide_partial", details={"digest": form["digest"]})
    assert sent_back(app) == []


def test_a_refund_goes_to_the_payment_it_came_from_whatever_a_form_says(
    app: Flask, visit, decided: str, ledger
) -> None:
    cleo = visit(CLEO)
    smuggled = {"payee": "DE00", "payment_ref": "pay-JD-1002", "capture_ref": "c2", "amount_minor": "9000",
                "currency": "EUR"}  # fmt: skip
    assert cleo.post(decided, data={**fields(cleo.get(decided).text), **smuggled}).status_code == 303
    with app.app_context():
        drain()
    [entry] = ledger()
    names = ("payment_ref", "capture_ref", "amount_minor", "currency")
    assert [entry[name] for name in names] == ["pay-JD-1001", "c1", 1_500, "CNY"]
    assert not {"payee", "account", "iban", "card"} & set(entry)
