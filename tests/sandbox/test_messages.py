"""The fake provider's messages: signed, sent until somebody took them, twice, late and overtaken by setting."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.wrappers import Request, Response

from disputes.moment import real_now
from disputes.outbox import signature
from disputes.sandbox.ledger import lines
from disputes.sandbox.messages import book_of
from disputes.settings import Settings
from tests.outbox.smtp import free_port
from tests.processes import answers, disputes, until
from tests.sandbox.serving import served

REFUND = {
    "shop_id": "a shop", "payment_ref": "pay-1", "capture_ref": "c1", "amount_minor": 100, "captured_minor": 1_000,
    "currency": "EUR",
}  # fmt: skip


@dataclass
class Door:
    """Whoever the messages are for; it takes none while it is `shut`."""

    shut: bool = False
    got: list[tuple[str, bytes, str]] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        body = request.get_data()
        if not self.shut:
            self.got.append((request.path, body, request.headers[signature.HEADER]))
        return Response("", 503 if self.shut else 200)(environ, start_response)

    def refs(self) -> list[str]:
        return [json.loads(body)["ref"] for _, body, _ in self.got]


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def provider(settings: Settings, tmp_path: Path, door: Door) -> Iterator[tuple[Settings, Callable[..., Any]]]:
    """The real process; start(...) starts it again with further options."""
    settings = replace(settings, provider_url=f"http://127.0.0.1:{free_port()}")
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        port, ledger = settings.provider_url.rpartition(":")[2], tmp_path / "provider.jsonl"
        words = (f"--port={port}", f"--ledger={ledger}", "--delay-ms=0", f"--webhooks={url}", *options)
        running.append(disputes(settings, "provider", *words))
        until(lambda: answers(settings.provider_url), "the provider answers")
        return running[-1]

    with served(door) as url:
        yield settings, start
        for one in running:
            one.kill()
            one.wait()


def refund(settings: Settings, key: str) -> str:
    headers = {"Idempotency-Key": key}
    answer = httpx.post(f"{settings.provider_url}/refunds", json=REFUND, headers=headers, trust_env=False)
    return str(answer.json()["id"])


def test_a_message_is_signed_over_its_bytes_and_names_its_shop(provider: Any, settings: Settings, door: Door) -> None:
    running, start = provider
    start()
    ref = refund(running, "k1")
    until(lambda: door.got, "the message has come")
    path, body, signed = door.got[0]
    assert (path, json.loads(body)["ref"]) == ("/webhooks/a shop", ref)
    signature.check(body, signed, settings.provider_signers, real_now())


def test_one_that_nobody_took_is_sent_again_also_after_kill_9(
    provider: Any, door: Door, tmp_path: Path
) -> None:  # fmt: skip
    running, start = provider
    process = start()
    door.shut = True
    ref = refund(running, "k1")
    until(lambda: len(lines(book_of(tmp_path / "provider.jsonl"))) == 1, "it is written down")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    door.shut = False
    start()
    until(lambda: door.refs() == [ref], "it came after all")
    until(lambda: len(lines(book_of(tmp_path / "provider.jsonl"))) == 2, "it is noted as taken")


def test_duplicates_and_overtaken_messages_come_by_setting(provider: Any, door: Door) -> None:
    running, start = provider
    start("--mischief=duplicate=1", "--mischief=reorder=1")
    first, second = refund(running, "k1"), refund(running, "k2")
    until(lambda: len(door.got) == 4, "all of them came")
    assert door.refs() == [second, first, first, first]
    assert len({json.loads(body)["id"] for _, body, _ in door.got}) == 2, "a duplicate has the same number"


def test_every_back_office_s_move_is_told(provider: Any, door: Door) -> None:
    running, start = provider
    start()
    dispute = {**REFUND, "reason": "fraudulent", "due_s": 60}
    posted = httpx.post(f"{running.provider_url}/_bank/disputes", json=dispute, trust_env=False).json()["id"]
    httpx.post(f"{running.provider_url}/_bank/disputes/{posted}", json={"status": "lost"}, trust_env=False)
    until(lambda: door.refs() == [posted, posted], "opened and decided")


@pytest.mark.parametrize("wrong", ("flying=1", "slow", "slow=often"))
def test_mischief_it_does_not_know_is_named_at_the_start(settings: Settings, wrong: str) -> None:
    said = disputes(settings, "provider", f"--port={free_port()}", f"--mischief={wrong}", stderr=subprocess.PIPE)
    _, words = said.communicate()
    assert said.returncode == 2 and "--mischief" in words
