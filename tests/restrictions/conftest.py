"""A marketplace and provider behind real HTTP, as the outbox's tests have one."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from flask import Flask
from werkzeug.serving import make_server

from disputes.sandbox.provider import FakeBank
from disputes.settings import Settings
from tests.cast import Cast
from tests.restricting import counterfeit


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    server = make_server("127.0.0.1", 0, FakeBank(tmp_path / "provider.jsonl"), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield replace(settings, provider_url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def mischief(settings: Settings) -> Callable[..., None]:
    """mischief(broken=2): what the provider does wrong with the next requests."""

    def do(**what: int) -> None:
        httpx.post(f"{settings.provider_url}/_mischief", json=what, trust_env=False)

    return do


@pytest.fixture
def held(settings: Settings) -> Callable[[], dict[str, bool]]:
    """What the marketplace holds of Ben's Lamps now."""
    return lambda: httpx.get(f"{settings.provider_url}/sellers/jd-3p/ben/holds", trust_env=False).json()  # type: ignore[no-any-return]


@pytest.fixture
def case_id(app: Flask, cast: Cast) -> int:
    """A case of Ada's against Ben that waits for a decision."""
    with app.app_context():
        return counterfeit(cast.jd_order)
