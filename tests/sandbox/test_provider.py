"""The fake provider: same keys, same answers, and books that survive kill -9."""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from disputes.outbox.fake_provider import FakeProvider
from disputes.outbox.job import Unavailable
from disputes.outbox.provider import RefundOrder
from disputes.sandbox.ledger import entries
from disputes.sandbox.provider import FakeBank
from disputes.settings import Settings
from tests.outbox.smtp import free_port
from tests.processes import answers, disputes, until

ORDER = RefundOrder("jd-3p", "pay-1", "c1", captured_minor=10_000, amount_minor=6_000, currency="EUR", key="refund-1")
BODY = {
    "shop_id": "jd-3p",
    "payment_ref": "pay-1",
    "capture_ref": "c1",
    "captured_minor": 10_000,
    "amount_minor": 6_000,
    "currency": "EUR",
}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "books" / "provider.jsonl"


def post(bank: FakeBank, key: str | None = "k1", **changed: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = Client(bank).post("/refunds", json={**BODY, **changed}, headers=headers)
    return answer.status_code, answer.json


def test_the_same_key_gets_the_same_answer_and_pays_once(ledger: Path) -> None:
    bank = FakeBank(ledger)
    assert post(bank) == post(bank)
    assert len(entries(ledger)) == 1


def test_the_same_key_with_another_amount_is_a_conflict(ledger: Path) -> None:
    bank = FakeBank(ledger)
    post(bank)
    assert post(bank, amount_minor=6_001)[0] == 409
    assert len(entries(ledger)) == 1


def test_it_gives_back_no_more_than_was_captured(ledger: Path) -> None:
    bank = FakeBank(ledger)
    assert post(bank)[0] == 201
    assert post(bank, "k2", amount_minor=4_001) == (402, {"code": "too_much"})
    assert post(bank, "k3", amount_minor=4_000)[0] == 201
    assert post(bank, "k2", amount_minor=4_001)[0] == 402, "a refusal stands"


@pytest.mark.parametrize("body", [{"amount_minor": "much"}, {"amount_minor": None}])
def test_what_it_cannot_read_is_refused(ledger: Path, body: dict[str, Any]) -> None:
    assert post(FakeBank(ledger), **body)[0] == 400
    assert post(FakeBank(ledger), None)[0] == 400
    assert entries(ledger) == []


def test_a_refund_is_on_its_way_before_it_arrives(ledger: Path) -> None:
    slow, quick = FakeBank(ledger, delay_ms=3_600_000), FakeBank(ledger)
    status, told = post(slow)
    assert (status, told["status"], told["arrived_at"]) == (201, "pending", None)
    there = Client(FakeBank(ledger)).get(f"/refunds/{told['id']}").json
    assert (there["status"], there["arrived_at"] is not None) == ("succeeded", True)
    assert Client(quick).get("/refunds/re_unknown").status_code == 404


def test_a_torn_last_line_was_never_answered(ledger: Path) -> None:
    post(FakeBank(ledger))
    with ledger.open("ab") as file:
        file.write(b'{"key": "torn", "amou')
    bank = FakeBank(ledger)
    assert post(bank, "k2", amount_minor=1)[0] == 201
    assert [entry["key"] for entry in entries(ledger)] == ["k1", "k2"]


@pytest.fixture
def process(ledger: Path, tmp_path: Path) -> Iterator[tuple[Settings, list[subprocess.Popen[str]]]]:
    """A provider in a process of its own, and those that follow it."""
    port = free_port()
    settings = replace(Settings(instance=tmp_path, secret_key="x"), provider_url=f"http://127.0.0.1:{port}")
    running = [start(settings, ledger)]
    yield settings, running
    for one in running:
        one.kill()
        one.wait()


def start(settings: Settings, ledger: Path) -> subprocess.Popen[str]:
    port = settings.provider_url.rpartition(":")[2]
    process = disputes(settings, "provider", f"--port={port}", f"--ledger={ledger}", "--delay-ms=0")
    until(lambda: answers(settings.provider_url), "the provider answers")
    return process


def test_kill_9_forgets_nothing_it_answered(process: Any, ledger: Path) -> None:
    settings, running = process
    bank = FakeProvider(settings.provider_url)
    before = bank.refund(ORDER)
    os.kill(running[0].pid, signal.SIGKILL)
    running[0].wait()
    with pytest.raises(Unavailable):
        bank.refund(ORDER)
    running.append(start(settings, ledger))
    assert bank.refund(ORDER) == before
    assert bank.refund(replace(ORDER, key="refund-2")).code == "too_much"
    assert [entry["code"] for entry in entries(ledger)] == [None, "too_much"]


def test_a_second_provider_at_the_same_port_says_so(process: Any, ledger: Path) -> None:
    settings, _ = process
    port = settings.provider_url.rpartition(":")[2]
    second = disputes(settings, "provider", f"--port={port}", stderr=subprocess.PIPE)
    _, said = second.communicate()
    assert (second.returncode, said) == (1, f"Error: Port {port} is taken.\n")
