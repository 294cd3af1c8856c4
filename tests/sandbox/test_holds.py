"""What the fake marketplace holds: by keys, once each, and not forgotten by kill -9."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.test import Client

from disputes.outbox.fake_provider import FakeProvider
from disputes.outbox.job import Unavailable
from disputes.outbox.provider import HoldOrder
from disputes.sandbox.holds import book_of
from disputes.sandbox.ledger import lines
from disputes.sandbox.provider import FakeBank
from disputes.settings import Settings
from tests.outbox.smtp import free_port
from tests.processes import answers, disputes, until

ORDER = HoldOrder("jd-3p", "ben/2", "payouts", "hold-1-payouts")
NOTHING = {"payouts": False, "listing": False}


@pytest.fixture
def process(settings: Settings, tmp_path: Path) -> Iterator[Any]:
    """The real fake, as a process of its own; the test may start it again."""
    settings = replace(settings, provider_url=f"http://127.0.0.1:{free_port()}")
    running: list[Any] = []

    def start() -> None:
        port = settings.provider_url.rpartition(":")[2]
        running.append(disputes(settings, "provider", f"--port={port}", f"--ledger={tmp_path / 'provider.jsonl'}"))
        until(lambda: answers(settings.provider_url), "the provider answers")

    start()
    yield settings, running, start
    running[-1].kill()
    running[-1].wait()


def held(settings: Settings) -> dict[str, bool]:
    return httpx.get(f"{settings.provider_url}/sellers/jd-3p/ben/2/holds", trust_env=False).json()  # type: ignore[no-any-return]


def test_it_holds_and_lets_go_and_kill_9_forgets_nothing(process: Any, tmp_path: Path) -> None:
    settings, running, start = process
    market = FakeProvider(settings.provider_url)
    market.hold(ORDER)
    market.hold(ORDER)
    market.hold(replace(ORDER, key="hold-2-payouts"))
    os.kill(running[0].pid, signal.SIGKILL)
    running[0].wait()
    with pytest.raises(Unavailable):
        market.release(ORDER)
    start()
    assert held(settings) == {"payouts": True, "listing": False}
    market.release(ORDER)
    assert held(settings)["payouts"], "the other key still holds"
    market.release(replace(ORDER, key="hold-2-payouts"))
    market.hold(ORDER)  # late, after its release
    assert held(settings) == NOTHING
    book = [(entry["do"], entry["key"]) for entry in lines(book_of(tmp_path / "provider.jsonl"))]
    assert book == [
        ("hold", "hold-1-payouts"), ("hold", "hold-2-payouts"), ("release", "hold-1-payouts"),
        ("release", "hold-2-payouts"),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", ({"what": "coffee"}, {"seller_ref": None}, {"shop_id": 3}))
def test_what_it_cannot_read_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    bank = FakeBank(tmp_path / "provider.jsonl")
    body = {"shop_id": "jd-3p", "seller_ref": "ben", "what": "payouts", **wrong}
    assert Client(bank).post("/holds", json=body, headers={"Idempotency-Key": "k"}).status_code == 400
    assert Client(bank).get("/sellers/jd-3p/ben/holds").json == NOTHING


def test_without_a_key_nothing_is_held(tmp_path: Path) -> None:
    bank = FakeBank(tmp_path / "provider.jsonl")
    body = {"shop_id": "jd-3p", "seller_ref": "ben", "what": "payouts"}
    assert Client(bank).post("/holds", json=body).status_code == 400
    assert Client(bank).get("/sellers/jd-3p/ben/holds").json == NOTHING
