"""Limits that ran out and reminders that are due, found by the worker."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from disputes.db import db, writing
from disputes.models import Clock, Event, Outbox, SentMail, Shop
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox.sweep import GRACE, overdue, sweep, unwarned
from disputes.outbox.worker import drain
from tests.cast import ADA, BEN, Cast
from tests.turns import HOUR, case_of, file_case, notice, turn

SECOND = timedelta(seconds=1)


def told(cast: Cast, at: datetime) -> int:
    """A case whose seller got the notice at `at`, with 48 hours to reply."""
    case_id = file_case(cast.jd_order, ADA, at=at)
    notice(case_id, "seller_response", at)
    return case_id


def move_clock(shop_id: str, by: timedelta) -> None:
    with writing() as session:
        session.execute(update(Shop).where(Shop.id == shop_id).values(clock_offset_s=int(by.total_seconds())))


def clock_of(case_id: int) -> Clock:
    db.session.rollback()
    return db.session.scalars(select(Clock).where(Clock.case_id == case_id, Clock.name == "seller_response")).one()


def test_a_limit_that_ran_out_takes_its_step(cast: Cast) -> None:
    case_id = told(cast, real_now() - 48 * HOUR - GRACE - SECOND)
    assert sweep() >= 1
    assert case_of(case_id).state == "investigated"
    event = db.session.scalars(select(Event).where(Event.trigger == "seller_silent")).one()
    assert event.received_at == clock_of(case_id).due_at


def test_what_was_sent_in_time_has_half_a_minute_to_come_through_the_door(cast: Cast) -> None:
    case_id = told(cast, real_now() - 48 * HOUR - SECOND)
    sweep()
    assert case_of(case_id).state == "seller_contacted"


def test_a_limit_fires_once(cast: Cast) -> None:
    told(cast, real_now() - 49 * HOUR)
    sweep()
    assert sweep() == 0
    assert len(db.session.scalars(select(Event).where(Event.trigger == "seller_silent")).all()) == 1


def test_a_limit_that_still_waits_for_its_notice_never_runs_out(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA, at=real_now() - 100 * HOUR)
    assert sweep() == 0
    assert case_of(case_id).state == "seller_contacted"


def test_a_case_its_buyer_closed_is_not_swept(cast: Cast) -> None:
    at = real_now() - 47 * HOUR
    case_id = told(cast, at)
    with turn(case_id, ADA, "buyer", at=at + HOUR) as t:
        t.take("drop_case")
    with writing() as session:
        session.execute(update(Clock).where(Clock.name == "seller_response").values(due_at=at))
        session.execute(update(Clock).where(Clock.name == "undo_drop").values(due_at=real_now() + HOUR))
    assert sweep() == 0
    assert case_of(case_id).state == "dropped"


def test_moving_a_shops_clock_moves_only_that_shops_limits(cast: Cast) -> None:
    case_id = told(cast, real_now())
    move_clock("catawiki", 72 * HOUR)
    assert sweep() == 0
    move_clock("jd-3p", 49 * HOUR)
    sweep()
    assert case_of(case_id).state == "investigated"


def test_a_reminder_goes_out_once(cast: Cast) -> None:
    case_id = told(cast, real_now() - 25 * HOUR)
    assert sweep() == 1
    assert sweep() == 0
    drain()
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "reminder")).one()
    assert (mail.to, mail.side) == (BEN, "seller")
    assert clock_of(case_id).warned_at is not None


def test_whoever_has_answered_is_not_reminded(cast: Cast) -> None:
    case_id = told(cast, real_now() - 25 * HOUR)
    sweep()
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="not_proven", words="It worked when it left.")
    drain()
    assert db.session.scalars(select(SentMail).where(SentMail.topic == "reminder")).all() == []
    query = select(Outbox.done_at).where(Outbox.key == f"reminder-{clock_of(case_id).id}")
    assert db.session.scalar(query) is not None


@pytest.mark.unplanned
def test_both_questions_are_answered_by_their_index(cast: Cast, kind: str) -> None:
    for find, index in ((overdue, "ix_clock_due"), (unwarned, "ix_clock_warn")):
        query = find(["jd-3p", "catawiki"], real_now()).compile(db.engine, compile_kwargs={"literal_binds": True})
        if kind == "postgresql":
            db.session.execute(text("SET LOCAL enable_seqscan = off"))  # the table is too small to be worth an index
        explain = "EXPLAIN QUERY PLAN" if kind == "sqlite" else "EXPLAIN"
        plan = db.session.execute(text(f"{explain} {query}")).all()
        assert index in str(plan)
