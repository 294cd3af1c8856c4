"""What a provider will not send is paid another way by a lead, once, and the case can close."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.commands.verify import verify
from disputes.db import db, writing
from disputes.effects.books import balance
from disputes.models import Capture, Case, Message, Outcome, Refund
from disputes.offers import service as offers
from disputes.outbox.provider import Answer
from disputes.outbox.refunds import note
from disputes.refunds import service
from disputes.steps import Refused
from disputes.workflows.refund import REFUND
from tests.cast import ADA, BEN, CLEO, LIN, Cast
from tests.pages import fields
from tests.turns import file_case, person, turn


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    """A case whose refund the provider refused for good."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        refund = db.session.scalars(select(Refund)).one()
        with writing():
            note(case_id, refund.key, REFUND.state_names, Answer("failed", None, "account_closed", None))
        return db.session.scalars(select(Case.public_id)).one()


def states() -> tuple[str, str]:
    return db.session.execute(select(Refund.state, Outcome.state).join(Outcome, Outcome.id == Refund.outcome_id)).one()


def pay(browser, case: str):
    action = f"/cases/{case}/refunds/by-hand"
    return browser.post(action, data={**fields(browser.get("/desk/refunds").text, action), "reference": "BANK-4711"})


def test_a_lead_notes_it_and_everything_is_done(app: Flask, visit, case: str) -> None:
    with app.app_context():
        due = balance("jd-3p", ("due", person(ADA)), "CNY")
        platform = balance("jd-3p", ("platform", 0), "CNY")
    assert pay(visit(LIN), case).status_code == 303
    with app.app_context():
        assert states() == ("paid_by_hand", "done")
        capture = db.session.scalars(select(Capture).order_by(Capture.id)).first()
        assert (capture.refund_reserved_minor, capture.refunded_minor) == (0, 0)
        assert balance("jd-3p", ("due", person(ADA)), "CNY") == 0 and due > 0
        assert balance("jd-3p", ("platform", 0), "CNY") == platform + due, "the provider still holds it, for us"
        assert db.session.scalars(select(Message.body).where(Message.kind == "note")).all() == ["BANK-4711"]
    shown = visit(ADA).get(f"/cases/{case}").text
    assert "Paid another way" in shown and "BANK-4711" not in shown
    assert "All refunds went through" in visit(CLEO).get("/desk/refunds").text


def test_its_reference_stands_in_the_history(app: Flask, visit, case: str) -> None:
    pay(visit(LIN), case)
    result = app.test_cli_runner().invoke(verify)
    assert "is not what was written" not in result.output and "is gone" not in result.output


def test_once_paid_it_is_not_sent_again_nor_paid_again(app: Flask, visit, case: str) -> None:
    pay(visit(LIN), case)
    with app.app_context():
        row = db.session.scalars(select(Refund)).one()
        for do in (service.retry, lambda t: service.pay_by_hand(t, refund_id=row.id, reference="again")):
            with pytest.raises(Refused), turn(row.case_id, LIN, "lead") as t:
                do(t)


def test_a_reviewer_is_not_offered_it_and_cannot_do_it(visit, case: str) -> None:
    assert "by-hand" not in visit(CLEO).get("/desk/refunds").text
    answer = visit(CLEO).post(f"/cases/{case}/refunds/by-hand", data={"of": "1", "reference": "X", "seen_version": "1"})
    assert answer.status_code in (403, 404)


@pytest.mark.parametrize("typed", ({"reference": ""}, {"of": "x"}, {"of": ""}))
def test_what_is_not_whole_is_refused(visit, case: str, typed: dict[str, str]) -> None:
    whole = {"of": "1", "reference": "X", "seen_version": "1"}
    assert visit(LIN).post(f"/cases/{case}/refunds/by-hand", data={**whole, **typed}).status_code == 400


def test_another_case_s_refund_is_not_there(app: Flask, cast: Cast, case: str) -> None:
    with app.app_context():
        other = file_case(cast.jd_order, ADA, line=1)
        with pytest.raises(Refused), turn(other, LIN, "lead") as t:
            service.pay_by_hand(t, refund_id=1, reference="X")
