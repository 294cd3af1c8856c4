"""The worker's loop: what goes wrong with one row, one kind or the database stops nothing else."""

import threading
import time
from typing import Any

import pytest
from flask import Flask

from disputes.commands.stuck import stuck
from disputes.db import Busy, db
from disputes.outbox import worker
from disputes.outbox.job import Again, Failed, Hopeless, Job, Unavailable
from tests.outbox.rows import add, handling, hurry, row


def fails(error: Exception) -> Any:
    def act(job: Job) -> None:
        raise error

    return act


def test_what_is_due_is_done() -> None:
    add("one", "two")
    with handling():
        assert worker.drain()
    assert row("one").done_at is not None
    assert row("two").done_at is not None


def test_a_row_that_breaks_does_not_stop_the_others() -> None:
    add("bad", kind="bad", in_s=-1)
    add("good")
    with handling(fails(ZeroDivisionError()), kind="bad"), handling():
        worker.drain()
    assert row("good").done_at is not None
    assert (row("bad").done_at, row("bad").last_error) == (None, "ZeroDivisionError()")


def test_a_row_that_broke_is_tried_again() -> None:
    add("one")
    answers = iter([Unavailable("closed"), None])

    def act(job: Job) -> None:
        if error := next(answers):
            raise error

    with handling(act):
        worker.drain()
        assert row("one").done_at is None
        hurry()
        worker.drain()
    assert (row("one").attempts, row("one").last_error) == (2, None)
    assert row("one").done_at is not None


def test_what_is_hopeless_calls_a_person_at_once() -> None:
    add("one")
    add("stranger", kind="unheard-of")
    with handling(fails(Hopeless("no address"))):
        worker.drain()
    assert (row("one").stuck_at is not None, row("one").last_error) == (True, "no address")
    assert row("stranger").last_error == "nobody handles 'unheard-of'"


def test_a_person_sees_what_is_stuck_and_tries_it_again(app: Flask) -> None:
    add("one")
    with handling(fails(Hopeless("no address"))):
        worker.drain()
    db.session.rollback()
    listed = app.test_cli_runner().invoke(stuck).output
    assert listed.endswith(" UTC  one  no address\n")
    assert app.test_cli_runner().invoke(stuck, ["--retry"]).output.endswith("1 will be tried again.\n")
    with handling():
        worker.drain()
    assert row("one").done_at is not None
    assert app.test_cli_runner().invoke(stuck).output == "Nothing waits.\n"


def test_an_outage_of_one_side_leaves_its_rows_alone_and_runs_the_others() -> None:
    add("a", "b", "c", kind="down", in_s=-1)
    add("good")
    with handling(fails(Unavailable("nobody there")), kind="down"), handling():
        assert worker.drain() is False
    assert row("good").done_at is not None
    assert sorted(row(key).attempts for key in "abc") == [0, 0, 1]


def test_what_is_not_over_is_looked_at_again_and_never_given_up() -> None:
    add("one")
    with handling(record=lambda job, answer: Again(5)):
        for _ in range(3):
            hurry()
            worker.drain()
    assert (row("one").attempts, row("one").payload["looks"]) == (0, 3)
    assert row("one").done_at is None


def test_a_part_that_worked_is_written_though_the_row_is_tried_again() -> None:
    add("one")
    with handling(record=lambda job, answer: Failed("one of two")):
        worker.drain()
    assert (row("one").done_at, row("one").last_error) == (None, "one of two")


def test_a_busy_database_is_waited_for_when_the_outside_has_acted() -> None:
    add("one")
    acted: list[str] = []
    busy = iter([Busy(), Busy(), None])

    def record(job: Job, answer: object) -> None:
        if error := next(busy):
            raise error

    with handling(lambda job: acted.append(job.key), record):
        worker.drain()
    assert acted == ["one"]
    assert row("one").done_at is not None


def test_the_loop_survives_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, tries = threading.Event(), []

    def sweep() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise Busy
        stop.set()

    monkeypatch.setattr(worker, "sweep", sweep)
    monkeypatch.setattr(worker, "LONGEST_SLEEP_S", 0.01)
    worker.run(stop)
    assert len(tries) == 2


def test_the_loop_ends_after_the_row_in_hand() -> None:
    add("one", "two")
    stop = threading.Event()
    with handling(lambda job: stop.set()):
        worker.run(stop)
    assert row("one").done_at is not None
    assert row("two").done_at is None
    db.session.rollback()


def test_work_that_never_ends_lets_limits_and_beats_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, sweeps, done = threading.Event(), [], []

    def sweep() -> None:
        sweeps.append(len(done))
        if len(sweeps) == 3:
            stop.set()

    def endless(job: Job) -> None:
        """Work that makes more work; after a while the test gives up, so that it fails and does not hang."""
        time.sleep(0.002)
        done.append(job.key)
        add(f"{len(done)}")
        if len(done) == 50:
            stop.set()

    monkeypatch.setattr(worker, "sweep", sweep)
    monkeypatch.setattr(worker, "LONGEST_DRAIN_S", 0.001)
    add("first")
    with handling(endless):
        worker.run(stop)
    assert sweeps == [0, 1, 2]


def test_a_side_that_lets_us_wait_in_vain_takes_nothing_of_the_others_time() -> None:
    add("slow", kind="down", in_s=-1)
    add("good")

    def waits(job: Job) -> None:
        time.sleep(0.05)
        raise Unavailable("nobody there")

    with handling(waits, kind="down"), handling():
        assert worker.drain(most_s=0.04) is False
    assert row("good").done_at is not None
