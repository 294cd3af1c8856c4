"""The demo's cases: under way in every state, with a history that holds, and money that is promised once."""

from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from disputes.auth import staff
from disputes.db import db
from disputes.effects.chain import first_fault
from disputes.models import (
    Capture,
    Case,
    Chargeback,
    Clock,
    Event,
    Evidence,
    Outbox,
    OutsideRefund,
    Refund,
    SentMail,
    Shop,
)
from disputes.moment import real_now
from disputes.sandbox.demo import Login, arrive
from disputes.sandbox.ledger import Ledger
from disputes.settings import Settings
from disputes.workflows.case import CASE

# What the walk of the README and the browser tests look for.
EXPECTED = {
    "JD-30412650": "seller_contacted",
    "JD-30418119": "offered",
    "CW-88122718": "investigated",
    "CW-88118804": "awaiting_information",
    "JD-30409118": "full_refund",
    "CW-88116622": "dropped",
    "GE2026110010137": "redirected",
    "IM-51037": "awaiting_promise",
    "GE2026110011644": "account_restriction",
}
PASSED_THROUGH = {"opened"}  # a case leaves it with its first step


@pytest.fixture
def logins(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Login]:
    monkeypatch.setattr(staff, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with app.app_context():
        return arrive(settings)


def test_cases_stand_where_a_walk_finds_something_to_do(app: Flask, settings: Settings, logins: list[Login]) -> None:
    from disputes.models import Order

    with app.app_context():
        states = db.session.execute(select(Order.number, Case.state).join(Case, Case.order_id == Order.id)).all()
        assert EXPECTED.items() <= {number: state for number, state in states}.items()
        covers = set(db.session.scalars(select(Case.cover).where(Case.cover.is_not(None))))
        assert {state for _, state in states} | covers == set(CASE.state_names) - PASSED_THROUGH
        _time_is_real_again_and_nothing_is_overdue()
        _histories_hold()
        _mail_went_out_at_its_time()
        _money_is_promised_once()
        _the_provider_tells_the_same(settings)


def _time_is_real_again_and_nothing_is_overdue() -> None:
    assert set(db.session.scalars(select(Shop.clock_offset_s))) == {0}
    running = select(Clock).where(Clock.closed_at.is_(None), Clock.paused_at.is_(None))
    for clock in db.session.scalars(running):
        assert clock.due_at and real_now() + timedelta(hours=1) < clock.due_at, clock.name


def _histories_hold() -> None:
    for case in db.session.scalars(select(Case)).all():
        events = db.session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq)).all()
        assert first_fault(case, events) is None
        assert [e.at for e in events] == sorted(e.at for e in events) and events[-1].at < real_now()
    assert db.session.scalar(select(func.count()).select_from(Evidence)) >= 6


def _mail_went_out_at_its_time() -> None:
    assert db.session.scalar(select(func.count()).where(Outbox.kind == "mail", Outbox.done_at.is_(None))) == 0
    handed = db.session.scalars(select(SentMail.handed_at)).all()
    assert len(handed) > 20 and max(handed) < real_now() - timedelta(hours=1)


def _money_is_promised_once() -> None:
    promised = db.session.scalar(select(func.sum(Refund.amount_minor)))
    assert promised == db.session.scalar(select(func.sum(Capture.refund_reserved_minor)))
    waiting = select(Outbox.kind).where(Outbox.done_at.is_(None), Outbox.stuck_at.is_(None))
    kinds = db.session.scalars(waiting).all()
    assert kinds.count("refund") == db.session.scalar(select(func.count()).select_from(Refund)) >= 6
    assert set(kinds) == {"refund", "cancel_order", "restrict", "voucher", "payout_hold", "payout_release"}


def _the_provider_tells_the_same(settings: Settings) -> None:
    books = Ledger.open(settings.provider_ledger)
    assert set(db.session.scalars(select(Chargeback.ref))) == set(books.disputes) != set()
    assert set(db.session.scalars(select(OutsideRefund.ref))) == set(books.refunds) != set()


def test_everybody_can_open_what_is_theirs(app: Flask, logins: list[Login], visit: Any) -> None:
    with app.app_context():
        cases = db.session.execute(select(Case.public_id, Case.buyer_id, Case.seller_id, Case.shop_id)).all()
    assert len(cases) > 40
    for login in logins:
        browser = visit(login.email)
        assert browser.get("/", follow_redirects=True).status_code == 200
        opened = [browser.get(f"/cases/{case.public_id}").status_code for case in cases]
        assert set(opened) <= {200, 303, 404}
