"""A refund the bank refused: listed, sent again once, under a new key."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db, writing
from disputes.models import Capture, Case, Outbox, Outcome, Refund
from disputes.offers import service as offers
from disputes.steps import take_step
from tests.cast import ADA, BEN, CLEO, LIN, NIA, Cast, grant
from tests.pages import fields, send
from tests.turns import file_case, person, turn


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    """A settled case whose refund the bank refused."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        refund = db.session.scalars(select(Refund)).one()
        refund_step(case_id, refund, "fail")
        return db.session.scalars(select(Case.public_id)).one()


def refund_step(case_id: int, refund: Refund, trigger: str) -> None:
    with turn(case_id, None, "system") as t:
        refund = db.session.get(Refund, refund.id, populate_existing=True)
        take_step(refund, trigger, t.actor, now=t.now, received_at=t.now)


def states(app: Flask) -> tuple[str, str]:
    with app.app_context():
        refund, outcome = db.session.execute(select(Refund.state, Outcome.state).join(Outcome)).one()
        return refund, outcome


def test_it_is_listed_and_the_buyer_is_told_we_are_on_it(app: Flask, visit, case: str) -> None:
    assert case in visit(CLEO).get("/desk/refunds").text
    assert "we are on it" in visit(ADA).get(f"/cases/{case}").text
    assert states(app) == ("failed", "failed")


def test_sent_again_it_has_a_new_key_and_the_same_money_is_reserved(app: Flask, visit, case: str) -> None:
    with app.app_context():
        old = db.session.scalars(select(Refund.key)).one()
    answer = send(visit(CLEO), "/desk/refunds", action=f"/cases/{case}/refunds/retry")
    assert answer.status_code == 303 and states(app) == ("reserved", "ordered")
    with app.app_context():
        new = db.session.scalars(select(Refund.key)).one()
        assert new != old
        assert db.session.scalars(select(Outbox.kind).where(Outbox.key == new)).one() == "refund"
        assert db.session.scalar(select(func.sum(Capture.refund_reserved_minor))) == 6_000


def test_a_second_click_sends_nothing_twice_and_says_so(app: Flask, visit, case: str) -> None:
    cleo = visit(CLEO)
    form = fields(cleo.get("/desk/refunds").text, f"/cases/{case}/refunds/retry")
    codes = [cleo.post(f"/cases/{case}/refunds/retry", data=form).status_code for _ in range(2)]
    assert codes == [303, 409]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.kind == "refund")) == 2


def test_when_it_arrives_after_all_everything_is_done(app: Flask, visit, case: str) -> None:
    send(visit(LIN), "/desk/refunds", action=f"/cases/{case}/refunds/retry")
    with app.app_context():
        refund, case_id = db.session.scalars(select(Refund)).one(), db.session.scalars(select(Case.id)).one()
        refund_step(case_id, refund, "arrive")
    assert states(app) == ("arrived", "done")
    shown = visit(ADA).get(f"/cases/{case}").text
    assert "Arrived" in shown and "Nothing more to do." in shown


def test_nobody_sends_their_own_refund_again_nor_sees_it_listed(app: Flask, visit, case: str) -> None:
    with app.app_context(), writing():
        for party in (ADA, BEN):
            grant(person(party), "reviewer", "jd-3p")
    for party in (ADA, BEN, NIA):
        browser = visit(party)
        assert case not in browser.get("/desk/refunds").text
        assert browser.post(f"/cases/{case}/refunds/retry", data={"seen_version": "1"}).status_code == 404
