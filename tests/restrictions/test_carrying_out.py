"""A decided restriction is put in force by the worker: once, whatever happens in between, and told to its subject."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db, writing
from disputes.models import Event, HouseEvent, Outbox, Outcome, Refund, Restriction, SentMail
from disputes.moment import real_now
from disputes.outbox import lease
from disputes.outbox.handlers import HANDLERS, restrict
from disputes.outbox.job import Job
from disputes.outbox.sweep import sweep
from disputes.outbox.worker import drain
from disputes.steps import Refused
from tests.cast import ADA, BEN, Cast
from tests.restricting import WHY, counterfeit, decide, decided, draft, found, restricts, the_one
from tests.turns import case_of

MONEY = {"mail", "payout_hold", "payout_release"}  # what waits for the worker besides


@pytest.fixture(autouse=True)
def inside(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


def outcomes(case_id: int) -> dict[str, str]:
    db.session.rollback()
    rows = db.session.execute(select(Outcome.kind, Outcome.target, Outcome.state).where(Outcome.case_id == case_id))
    return {f"{kind} {target}": state for kind, target, state in rows}


def history() -> list[tuple[str, str]]:
    query = select(HouseEvent.root, HouseEvent.trigger).where(HouseEvent.record == "restriction")
    return [(root, trigger) for root, trigger in db.session.execute(query.order_by(HouseEvent.id))]


def job(key: str) -> Job:
    row = db.session.scalars(select(Outbox).where(Outbox.key == key)).one()
    db.session.rollback()
    return Job(row.id, row.kind, row.key, row.case_id, dict(row.payload), 1, "none")


def test_a_decision_restricts_by_itself_and_money_stays_as_it_was(case_id: int) -> None:
    decided(case_id, restricts("seller", "filing", "messaging"))
    row = the_one()
    assert (row.state, row.reasons, row.clauses) == ("in_force", WHY, ["JDT-03"])
    assert row.begun_at is not None and row.starts_at <= real_now()
    assert case_of(case_id).state == "account_restriction"
    assert outcomes(case_id) == {"restrict seller": "done"}
    assert history() == [("seller", "impose")]
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 0


def test_the_subject_is_told_with_the_reasons_and_nobody_else(case_id: int) -> None:
    decided(case_id, restricts("seller"))
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "restricted")).one()
    assert (mail.to, mail.side) == (BEN, "seller") and WHY in mail.body
    assert f"/restrictions/{the_one().public_id}" in mail.body and "Opening new cases" in mail.body
    others = db.session.scalars(select(SentMail.body).where(SentMail.to != BEN)).all()
    assert others and not [body for body in others if "canary" in body or "restrict" in body.lower()]


def test_several_outcomes_are_carried_out_each_for_itself(case_id: int, mischief: Callable[..., None]) -> None:
    mischief(refuse=1)
    about = {"kind": "partial_refund", "amount": 2_500, "cancel": True}
    decided(case_id, restricts("buyer", "messaging"), restricts("seller", "payouts"), **about)
    assert outcomes(case_id) == {
        "refund buyer": "failed", "cancel_order order": "done", "restrict buyer": "done", "restrict seller": "done",
    }  # fmt: skip
    assert case_of(case_id).state == "partial_refund"
    assert [row.state for row in found()] == ["in_force", "in_force"]


def test_a_restriction_that_cannot_be_put_in_force_holds_nothing_else_up(case_id: int, monkeypatch) -> None:
    def broken(_job: Job) -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patched:
        patched.setitem(HANDLERS, "restrict", HANDLERS["restrict"]._replace(act=broken))
        decided(case_id, restricts("seller"), kind="partial_refund", amount=2_500)
    assert outcomes(case_id) == {"refund buyer": "done", "restrict seller": "ordered"}
    assert case_of(case_id).state == "partial_refund" and the_one().state == "proposed"


def test_carried_out_twice_it_restricts_once(case_id: int) -> None:
    decided(case_id, restricts("seller", "payouts"))
    before = (history(), case_of(case_id).head_seq, db.session.scalar(select(func.count()).select_from(Outbox)))
    again = job(f"restrict-{db.session.scalars(select(Outcome.id)).one()}")
    restrict.act(again)
    with writing():
        restrict.record(again, None)
    assert before == (history(), case_of(case_id).head_seq, db.session.scalar(select(func.count()).select_from(Outbox)))


def test_stopped_between_the_two_transactions_nothing_is_lost_and_nothing_doubled(case_id: int) -> None:
    decided(case_id, restricts("seller"), run=False)
    held = lease.claim(lease_s=-1, but_not=MONEY)  # a worker that dies with it: its lease is over at once
    assert held is not None and held.kind == "restrict"
    restrict.act(held)
    assert (the_one().state, outcomes(case_id)) == ("in_force", {"restrict seller": "ordered"})
    drain()
    assert (outcomes(case_id), history()) == ({"restrict seller": "done"}, [("seller", "impose")])
    assert db.session.scalar(select(func.count()).where(SentMail.topic == "restricted")) == 1


def test_the_marketplace_holds_payouts_and_listings_until_the_end(app: Flask, case_id: int, held, cast: Cast) -> None:
    decided(case_id, restricts("seller", "payouts", "listing"))
    assert held() == {"payouts": True, "listing": True}
    other = counterfeit(cast.jd_order, line=1)
    decided(other, restricts("seller", "payouts", ends=timedelta(days=60)))
    end_of(app, case_id)
    assert held() == {"payouts": True, "listing": False}, "another restriction still holds the payouts"
    end_of(app, other)
    assert held() == {"payouts": False, "listing": False}


def end_of(app: Flask, case_id: int) -> None:
    """Let a case's restriction run out, and the worker look."""
    with writing() as session:
        now = real_now()
        values = {"starts_at": now - timedelta(hours=2), "ends_at": now - timedelta(hours=1)}
        session.execute(Restriction.__table__.update().where(Restriction.case_id == case_id).values(**values))
    sweep()
    drain()


def test_a_hold_the_marketplace_did_not_answer_is_asked_for_again(case_id: int, mischief, held) -> None:
    mischief(broken=9)
    decided(case_id, restricts("seller", "payouts"))
    waits = db.session.scalars(select(Outbox).where(Outbox.kind == "hold")).one()
    assert waits.done_at is None and held()["payouts"] is False
    mischief()
    again = job(waits.key)
    HANDLERS["hold"].act(again)
    assert held()["payouts"] is True


def test_a_hold_that_comes_after_its_release_holds_nothing(app: Flask, case_id: int, held, mischief) -> None:
    mischief(broken=1)
    decided(case_id, restricts("seller", "payouts"))
    late = job(db.session.scalars(select(Outbox.key).where(Outbox.kind == "hold")).one())
    end_of(app, case_id)
    HANDLERS["hold"].act(late)
    assert held()["payouts"] is False


def test_its_end_comes_by_itself_and_the_subject_is_told(app: Flask, case_id: int) -> None:
    decided(case_id, restricts("buyer"))
    end_of(app, case_id)
    assert the_one().state == "ended"
    assert db.session.scalars(select(SentMail.to).where(SentMail.topic == "restriction_ended")).one() == ADA


def test_a_start_in_the_future_begins_on_its_day(app: Flask, case_id: int, held) -> None:
    decided(case_id, restricts("seller", "payouts", starts=timedelta(days=2)))
    assert (the_one().state, the_one().begun_at, held()["payouts"]) == ("in_force", None, False)
    with writing() as session:
        session.execute(Restriction.__table__.update().values(starts_at=real_now() - timedelta(minutes=1)))
    sweep()
    drain()
    assert the_one().begun_at is not None and held()["payouts"] is True
    assert history() == [("seller", "impose"), ("seller", "begin")]


def test_one_that_would_be_over_before_it_begins_is_not_decided(case_id: int) -> None:
    now = real_now()
    digest = draft(case_id, restricts("seller", ends=timedelta(hours=1)))
    with pytest.raises(Refused, match="would end before it begins"):
        decide(case_id, digest, at=now + timedelta(hours=2))


def test_every_step_stands_in_the_case_s_history_once(case_id: int) -> None:
    digest = draft(case_id, restricts("seller"))
    decide(case_id, digest)
    drain()
    query = select(Event.record, Event.trigger).where(Event.case_id == case_id).order_by(Event.seq)
    assert db.session.execute(query).all()[2:] == [
        ("case", "draft"), ("case", "decide_restrict"), ("outcome", "order"), ("case", "measures_done"),
        ("outcome", "take_effect"),
    ]  # fmt: skip
