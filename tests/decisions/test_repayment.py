"""How a refund adds up: seen before it is decided, bound by the approval, and read by both sides afterwards."""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from disputes.db import db, writing
from disputes.decisions import service
from disputes.decisions.service import Drafted
from disputes.models import Allocation, Capture, Case, Decision, OrderLine, Refund
from disputes.outbox.about import about, readers
from disputes.outbox.letters import letter
from disputes.policies.repay import LINES, Asked, Part, Repayment
from disputes.steps import Refused
from tests.cast import ADA, BEN, CLEO, LIN, Cast
from tests.pages import fields, send
from tests.turns import file_case, turn

PART = {"kind": "partial_refund", "reasons": "Half of it works.", "clauses": "JDC-42"}


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    """Two lamps and their share of a discount and a tax, at the desk."""
    with app.app_context():
        with writing():
            line = {"paid_minor": 6_100, "discount_minor": 500, "tax_minor": 600}
            db.session.execute(update(OrderLine).where(OrderLine.ref == "1").values(line))
        case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


def shown(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def drafted(visit, case: str, **data: str):
    cleo, form = visit(CLEO), f"/cases/{case}/decision"
    return cleo.post(form, data={**fields(cleo.get(form).text), **PART, **data})


def sum_of(app: Flask) -> Repayment:
    with app.app_context():
        return Repayment.from_dict(db.session.scalars(select(Decision.repayment).order_by(Decision.id.desc())).first())


def test_the_form_shows_what_the_whole_claim_adds_up_to(visit, case: str) -> None:
    page = shown(visit(CLEO).get(f"/cases/{case}/decision").text)
    assert "If all of it comes back" in page
    assert "Brass desk lamp 2 of 2 CN¥66.00 Share of the order's discount -CN¥5.00 Comes back CN¥61.00" in page


def test_one_amount_is_spread_and_read_by_everybody_to_the_last_line(app: Flask, visit, case: str) -> None:
    assert drafted(visit, case, amount="30.50").status_code == 303
    cleo = visit(CLEO)
    lines = "Brass desk lamp 2 of 2 CN¥33.00 Share of the order's discount -CN¥2.50 Comes back CN¥30.50"
    confirm = shown(cleo.get(f"/cases/{case}/decide").text)
    assert lines in confirm and "to Visa ending 4242 CN¥30.50" in confirm
    assert send(cleo, f"/cases/{case}/decide").status_code == 303
    for page in (f"/cases/{case}", f"/desk/cases/{case}"):
        reader = visit(ADA if page.startswith("/cases") else CLEO)
        assert lines in shown(reader.get(page).text) and "Visa ending 4242 CN¥30.50" in shown(reader.get(page).text)
    seller = shown(visit(BEN).get(f"/cases/{case}").text)
    assert lines in seller and "Visa" not in seller


def test_amounts_for_each_item_come_back_as_they_were_entered(app: Flask, visit, case: str) -> None:
    answer = drafted(visit, case, **{"parts-0-quantity": "1", "parts-0-amount": ""})
    assert answer.status_code == 303
    assert sum_of(app).by == LINES and sum_of(app).by_line() == {"1": Part(1, 3_050)}
    page = visit(CLEO).get(f"/cases/{case}/decision").text
    assert re.search(r'name="parts-0-quantity"[^>]*value="1"', page)
    assert re.search(r'name="parts-0-amount"[^>]*value="30.50"', page)


def test_a_settlement_adds_up_for_both_sides_too(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        case = db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()
    assert send(visit(BEN), f"/cases/{case}", action=f"/cases/{case}/accept").status_code == 303
    for person in (ADA, BEN):
        assert "Brass desk lamp 2 of 2 CN¥60.00 Comes back CN¥60.00" in shown(visit(person).get(f"/cases/{case}").text)


def test_the_letter_says_how_it_adds_up(app: Flask, visit, case: str) -> None:
    drafted(visit, case, amount="30.50")
    send(visit(CLEO), f"/cases/{case}/decide")
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        for side in ("buyer", "seller"):
            matter = about(case_id, {"topic": "decided", "to": side, "seq": 1, "clock": None})
            body = letter(matter, "decided", side, readers(matter, side)[0]).body
            assert "How it adds up:\n- Brass desk lamp (2 of 2): CN¥33.00\n" in body
            assert "- Share of the order's discount: -CN¥2.50\n\nIn all: CN¥30.50\n" in body


def test_an_approval_binds_how_it_adds_up(app: Flask, cast: Cast, visit, case: str) -> None:
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        with turn(case_id, CLEO, "reviewer") as t:
            asked = Asked(LINES, 0, {"1": Part(1, 1_000)})
            digest = service.draft(t, Drafted("partial_refund", 1_000, "Why.", [], ["JDC-42"], asked=asked)).digest
        with writing():
            other = db.session.scalars(select(Decision)).one()
            other.repayment = {**other.repayment, "by": "total"}
        with pytest.raises(Refused, match="was changed after you read it"), turn(case_id, LIN, "lead") as t:
            service.decide(t, digest=digest)


def test_more_for_an_item_than_was_paid_for_it_is_refused_by_the_service_too(app: Flask, visit, case: str) -> None:
    with app.app_context():
        case_id = db.session.scalars(select(Case.id)).one()
        for parts in ({"1": Part(1, 3_051)}, {"1": Part(3, 10)}, {"2": Part(1, 10)}):
            asked = Asked(LINES, 0, parts)
            with pytest.raises(Refused, match="More would come back"), turn(case_id, CLEO, "reviewer") as t:
                service.draft(t, Drafted("partial_refund", asked.minor, "Why.", [], ["JDC-42"], asked=asked))


def test_after_a_part_the_rest_says_what_was_sent_before(app: Flask, visit, case: str) -> None:
    drafted(visit, case, amount="10")
    cleo = visit(CLEO)
    assert send(cleo, f"/cases/{case}/decide").status_code == 303
    answer = drafted(visit, case, kind="full_refund")
    assert answer.status_code == 303
    page = shown(cleo.get(f"/cases/{case}/decide").text)
    assert "Sent back before -CN¥10.00 Comes back CN¥51.00" in page
    assert send(cleo, f"/cases/{case}/decide").status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.sum(Refund.amount_minor))) == 6_100


def test_a_decision_without_money_shows_no_sum(app: Flask, visit, case: str) -> None:
    assert drafted(visit, case, kind="no_remedy").status_code == 303
    send(visit(CLEO), f"/cases/{case}/decide")
    assert "How it adds up" not in visit(ADA).get(f"/cases/{case}").text


def also_by_gift_card(order_id: int) -> None:
    """Of what was paid by card, a quarter was paid by gift card instead."""
    paid = db.session.scalars(select(Capture)).all()
    card = next(c for c in paid if db.session.get(Allocation, c.allocation_id).order_id == order_id)
    of_card = db.session.get(Allocation, card.allocation_id)
    gift = Allocation(
        payment_id=of_card.payment_id, order_id=order_id, tender="gift_card", amount_minor=2_500, currency="CNY"
    )
    card.captured_minor = of_card.amount_minor = 7_500
    db.session.add(gift)
    db.session.flush()
    db.session.add(Capture(allocation_id=gift.id, ref="g1", captured_minor=2_500, captured_at=card.captured_at))


def test_each_way_of_paying_gets_what_the_sum_says(app: Flask, cast: Cast) -> None:
    with app.app_context():
        with writing():
            also_by_gift_card(cast.jd_order)
        case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        with turn(case_id, CLEO, "reviewer") as t:
            digest = service.draft(t, Drafted("partial_refund", 1_001, "Why.", [], ["JDC-42"])).digest
        with turn(case_id, CLEO, "reviewer") as t:
            service.decide(t, digest=digest)
        assert [sent.minor for sent in sum_of(app).tenders] == [751, 250]
        assert db.session.scalars(select(Refund.amount_minor).order_by(Refund.capture_id)).all() == [751, 250]


def test_when_a_way_of_paying_has_not_that_much_left_any_more_it_is_worked_out_again(app: Flask, cast: Cast) -> None:
    with app.app_context():
        with writing():
            also_by_gift_card(cast.jd_order)
        case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        drafted_ = Drafted("partial_refund", 1_000, "Why.", [], ["JDC-42"])
        with turn(case_id, CLEO, "reviewer") as t:
            digest = service.draft(t, drafted_).digest
        with writing():
            db.session.execute(update(Capture).where(Capture.ref == "g1").values(refund_reserved_minor=2_400))
        with pytest.raises(Refused, match="worked out"), turn(case_id, CLEO, "reviewer") as t:
            service.decide(t, digest=digest)
        with turn(case_id, CLEO, "reviewer") as t:
            digest = service.draft(t, drafted_).digest
        with turn(case_id, CLEO, "reviewer") as t:
            service.decide(t, digest=digest)
        assert db.session.scalar(select(func.sum(Refund.amount_minor))) == 1_000
