"""What is done once an hour, and what is due: whatever goes wrong with it stops neither the rest nor the worker."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from disputes.db import db
from disputes.models import Reconciliation
from disputes.outbox import fake_provider, hourly, worker
from disputes.outbox.hourly import Hourly
from tests.cast import Cast
from tests.outbox.rows import add, handling, row


def fails(error: Exception) -> Callable[..., Any]:
    def do(*_: object, **__: object) -> None:
        raise error

    return do


def compared() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Reconciliation.shop_id).order_by(Reconciliation.shop_id)))


def test_files_that_may_not_be_removed_stop_nothing_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(hourly, "clear", fails(PermissionError("evidence")))
    stop = threading.Event()
    add("one")
    with handling(lambda job: stop.set()), capture_logs() as said:
        worker.run(stop)
    assert row("one").done_at is not None
    assert compared() == ["catawiki", "jd-3p"]
    assert [line for line in said if line.get("exc_info")] == [
        {"event": "files that belong to no case were not removed", "log_level": "error", "exc_info": True}
    ]


def test_a_limit_that_cannot_be_run_out_keeps_nothing_from_leaving(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "sweep", fails(ValueError("a case nobody can read")))
    stop = threading.Event()
    add("one")
    with handling(lambda job: stop.set()), capture_logs() as said:
        worker.run(stop)
    assert row("one").done_at is not None
    assert "what was due could not all be done" in {line["event"] for line in said if line.get("exc_info")}


def test_a_provider_that_answers_nonsense_stops_the_comparison_of_its_shop_alone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    answers = iter((httpx.Response(200, text="<h1>Sorry</h1>"),))
    real = fake_provider.FakeProvider._send
    monkeypatch.setattr(
        fake_provider.FakeProvider, "_send", lambda self, *a, **more: next(answers, None) or real(self, *a, **more)
    )
    with capture_logs() as said:
        Hourly().maybe()
    assert compared() == ["jd-3p"]
    told = [(line["event"], line["shop"]) for line in said if line.get("exc_info")]
    assert told == [("the books were not compared", "catawiki")]


def test_what_failed_is_tried_in_the_next_hour(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hourly, "EVERY_S", 0.0)
    every_hour, real = Hourly(), hourly.reconcile
    monkeypatch.setattr(hourly, "reconcile", fails(ValueError("nonsense")))
    every_hour.maybe()
    assert compared() == []
    monkeypatch.setattr(hourly, "reconcile", real)
    every_hour.maybe()
    assert compared() == ["catawiki", "jd-3p"]
