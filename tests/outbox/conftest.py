"""Every test here runs in the application's context, with a real provider behind real HTTP."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from flask import Flask
from werkzeug.serving import make_server

from disputes.sandbox.ledger import entries
from disputes.sandbox.provider import FakeBank
from disputes.settings import Settings


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


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def mischief(settings: Settings) -> Callable[..., None]:
    """mischief(broken=2): what the provider does wrong with the next refunds."""

    def do(**what: int) -> None:
        httpx.post(f"{settings.provider_url}/_mischief", json=what, trust_env=False)

    return do


@pytest.fixture
def ledger(settings: Settings) -> Callable[[], list[dict[str, object]]]:
    """The provider's books as they stand."""
    return lambda: entries(settings.provider_ledger)
