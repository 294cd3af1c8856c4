"""Claiming rows: one holder at a time, and a fence against holders that come back from the dead."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db, writing
from disputes.models import Outbox, Shop
from disputes.moment import real_now
from disputes.outbox import lease
from disputes.outbox.job import Job, LostLease
from disputes.outbox.worker import drain, work
from tests.cast import Cast
from tests.outbox.rows import add, handling, let_leases_run_out, row


def take() -> Job:
    job = lease.claim()
    assert job
    return job


def test_rows_are_taken_in_the_order_they_became_due() -> None:
    add("later", in_s=-1)
    add("first", in_s=-2)
    assert [take().key, take().key] == ["first", "later"]


def test_a_row_whose_time_has_not_come_is_left_alone() -> None:
    add("tomorrow", in_s=86_400)
    assert lease.claim() is None


def test_nobody_takes_a_row_that_another_holds() -> None:
    add("one")
    take()
    assert lease.claim() is None
    assert lease.next_due() is None


def test_a_dead_workers_row_is_taken_over_when_its_lease_has_run_out() -> None:
    add("one")
    dead = take()
    let_leases_run_out()
    heir = take()
    assert (heir.key, heir.attempts) == (dead.key, 2)
    assert heir.token != dead.token


def test_a_zombie_cannot_finish_what_another_has_taken_over() -> None:
    add("one")
    zombie = take()
    let_leases_run_out()
    heir = take()
    with pytest.raises(LostLease), writing():
        lease.finish(zombie)
    assert row("one").done_at is None
    with writing():
        lease.finish(heir)
    assert row("one").done_at is not None


def test_a_zombie_cannot_finish_what_another_has_finished() -> None:
    add("one")
    zombie = take()
    let_leases_run_out()
    heir = take()
    with writing():
        lease.finish(heir)
    for end in (lease.finish, lambda job: lease.fail(job, "late")):
        with pytest.raises(LostLease), writing():
            end(zombie)
    assert (row("one").last_error, row("one").stuck_at) == (None, None)


def test_nothing_a_zombie_did_is_written(cast: Cast) -> None:
    add("one")
    zombie = take()
    let_leases_run_out()
    take()

    def rename(job: Job, answer: object) -> None:
        db.session.get_one(Shop, "jd-3p").name = "written by a zombie"

    with handling(record=rename):
        assert work(zombie)
    db.session.rollback()
    assert db.session.scalar(select(Shop.name).where(Shop.id == "jd-3p")) == "JD third-party"


def test_a_failure_waits_twice_as_long_each_time_and_then_calls_a_person() -> None:
    assert [lease.wait_s(n) for n in (1, 2, 3, 30)] == [1, 2, 4, lease.LONGEST_WAIT_S]
    add("one")
    job = take()
    with writing():
        lease.fail(job, "no")
    assert row("one").run_at > real_now()
    with writing() as session:
        stale = session.get(Outbox, job.id)
        stale.attempts, stale.run_at = lease.MAX_TRIES - 1, real_now() - timedelta(seconds=1)
    last = take()
    with writing():
        lease.fail(last, "no again")
    assert (row("one").stuck_at is not None, row("one").last_error) == (True, "no again")
    assert lease.claim() is None


def test_many_workers_run_every_row_once(app: Flask) -> None:
    keys = [f"row-{n}" for n in range(60)]
    add(*keys)
    ran: list[str] = []

    def go() -> None:
        with app.app_context():
            drain()

    with handling(act=lambda job: ran.append(job.key)):
        threads = [threading.Thread(target=go) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(ran) == sorted(keys)
    assert all(row(key).attempts == 1 for key in keys)
