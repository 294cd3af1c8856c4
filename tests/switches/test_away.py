"""Nobody loses by our absence: limits that ran out meanwhile wait for a lead, and a stop switch stops."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from disputes.db import db, writing
from disputes.models import Beat, Clock, Event, Outbox, Refund, Shop
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox import away
from disputes.outbox.sweep import sweep
from disputes.outbox.worker import drain
from disputes.switches import service
from tests.cast import ADA, BEN, LIN, Cast
from tests.turns import HOUR, case_of, file_case, notice, person, turn

LATE = 48 * HOUR + timedelta(minutes=30)


@pytest.fixture
def case_id(app: Flask, cast: Cast):
    """A case whose seller's limit ran out half an hour ago."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        notice(case_id, "seller_response", real_now() - LATE)
        yield case_id


def last_beat(ago: timedelta) -> None:
    with writing():
        db.session.add(Beat(id=1, seen_at=real_now() - ago))


def state(case_id: int) -> str:
    return case_of(case_id).state


def waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(Clock).where(Clock.held_at.is_not(None))) or 0


def test_a_short_restart_holds_nothing(case_id: int) -> None:
    last_beat(timedelta(minutes=5))
    sweep()
    assert state(case_id) == "investigated" and waiting() == 0


def test_after_a_gap_a_limit_that_hits_a_party_waits_for_a_lead(case_id: int) -> None:
    last_beat(2 * HOUR)
    sweep()
    assert state(case_id) == "seller_contacted" and waiting() == 1


def test_what_waits_does_not_run_out_by_somebody_else_s_step_either(case_id: int) -> None:
    last_beat(2 * HOUR)
    sweep()
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="other", words="I could not know that you were away.")
    assert state(case_id) == "seller_contacted"


def test_a_limit_that_ran_out_before_the_gap_is_not_excused_by_it(case_id: int) -> None:
    last_beat(timedelta(minutes=20))
    sweep()
    assert state(case_id) == "investigated"


def test_more_time_for_everybody_comes_with_a_notice_and_stands_in_the_history(case_id: int) -> None:
    last_beat(2 * HOUR)
    sweep()
    with writing():
        assert service.extend(case_id, person(LIN), 24 * HOUR) == 1
    clock = db.session.scalars(select(Clock).where(Clock.name == "seller_response")).one()
    assert clock.due_at > real_now() + 23 * HOUR and clock.held_at is None
    assert "extend" in db.session.scalars(select(Event.trigger)).all()
    assert [p.get("topic") for p in db.session.scalars(select(Outbox.payload))].count("extended") == 1
    drain()
    assert state(case_id) == "seller_contacted"


def test_what_is_let_run_runs_out(case_id: int) -> None:
    last_beat(2 * HOUR)
    sweep()
    with writing():
        assert service.let_run(case_id) == 1
    sweep()
    assert state(case_id) == "investigated"


def test_stopped_steps_do_not_happen_and_wait_when_they_may_again(case_id: int) -> None:
    real = real_now()
    with writing():
        service.switch(service.lock_shop("jd-3p"), "steps", stop=True, account_id=person(LIN), real=real - HOUR)
    sweep()
    assert state(case_id) == "seller_contacted" and waiting() == 0
    with writing():
        held = service.switch(service.lock_shop("jd-3p"), "steps", stop=False, account_id=person(LIN), real=real)
    assert held == 1 and waiting() == 1
    sweep()
    assert state(case_id) == "seller_contacted"


def test_stopped_refunds_stay_reserved_and_go_out_afterwards(cast: Cast, case_id: int) -> None:
    with turn(case_id, None, "clock", at=real_now() - LATE) as t:
        assert t.case.state == "seller_contacted"
    with writing():
        db.session.execute(update(Shop).values(refunds_stopped_at=real_now()))
    other = file_case(cast.jd_order, ADA, line=1, wish="partial_refund", wish_minor=100)
    with turn(other, BEN, "seller") as t:
        offers.accept(t)
    drain()
    refund = db.session.scalars(select(Refund)).one()
    row = db.session.scalars(select(Outbox).where(Outbox.kind == "refund")).one()
    assert (refund.state, row.attempts, row.done_at, row.stuck_at) == ("reserved", row.attempts, None, None)
    assert row.last_error is None


def test_a_beat_is_written_at_most_every_ten_seconds(app: Flask, cast: Cast) -> None:
    with app.app_context():
        now = real_now()
        away.notice(now)
        away.notice(now + timedelta(seconds=5))
        assert db.session.scalars(select(Beat.seen_at)).one() == now
