"""Ada's refund of 25.00 has arrived; the provider is real HTTP, its messages are sent by the test."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from disputes.db import db
from disputes.models import Refund
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox import signature
from disputes.outbox.worker import drain
from disputes.sandbox.provider import FakeBank
from disputes.settings import Settings
from tests.cast import ADA, BEN, Cast
from tests.turns import file_case, turn


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An installation whose provider answers at a port of its own; money arrives at once."""
    server = make_server("127.0.0.1", 0, FakeBank(tmp_path / "provider.jsonl"), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield replace(settings, provider_url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settled(app: Flask, cast: Cast) -> int:
    """A case in which Ben accepted to give 25.00 back, and the money arrived."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=2_500)
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        drain()
    return case_id


@pytest.fixture
def refund(app: Flask) -> Callable[[], Refund]:
    """refund() -> the only refund as it stands."""

    def read() -> Refund:
        with app.app_context():
            return db.session.scalars(select(Refund)).one()

    return read


@pytest.fixture
def bank(settings: Settings) -> Callable[..., dict[str, Any]]:
    """bank("refunds/re_1/fail", code="x"): what others do at the provider."""

    def do(path: str, **said: Any) -> dict[str, Any]:
        answer = httpx.post(f"{settings.provider_url}/_bank/{path}", json=said, trust_env=False)
        assert answer.is_success, answer.text
        return dict(answer.json())

    return do


@pytest.fixture
def message(settings: Settings) -> Callable[..., tuple[bytes, dict[str, str]]]:
    """message("evt_1", "refund", "re_1") -> a body and its headers, as the provider signs them."""

    def make(
        event: str, kind: str, ref: str, *, secret: str | None = None, age_s: float = 0.0
    ) -> tuple[bytes, dict[str, str]]:
        body = json.dumps({"id": event, "kind": kind, "ref": ref}).encode()
        at = real_now() - timedelta(seconds=age_s)
        signed = signature.sign(body, secret or settings.provider_signers[0], at)
        return body, {signature.HEADER: signed}

    return make
