"""Processes of the application, as an operator runs them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from disputes.settings import Settings

ROOT = Path(__file__).parent.parent
PATIENCE_S = 90.0


def environment(settings: Settings) -> dict[str, str]:
    """What a process of this installation is started with."""
    ours = {
        "DISPUTES_INSTANCE": str(settings.instance),
        "DISPUTES_DATABASE_URL": settings.database_url,
        "DISPUTES_PROVIDER_URL": settings.provider_url,
        "DISPUTES_SECRET_KEY": settings.secret_key,
        "DISPUTES_REQUIRE_TOTP": "none",
        "PYTHONUNBUFFERED": "1",
    }
    rest = {name: value for name, value in os.environ.items() if not name.startswith("DISPUTES_")}
    return rest | {name: value for name, value in ours.items() if value}


def disputes(settings: Settings, *words: str, **kwargs: object) -> subprocess.Popen[str]:
    """Start one `disputes` command."""
    command = [sys.executable, "-m", "disputes.cli", *words]
    return subprocess.Popen(command, env=environment(settings), cwd=ROOT, text=True, **kwargs)  # type: ignore[call-overload]


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something another process does; AssertionError when it never does."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, f"this never came true: {what}"
        time.sleep(0.02)


def answers(url: str) -> bool:
    """Whether somebody speaks HTTP there."""
    try:
        httpx.get(url, trust_env=False, timeout=2)
    except httpx.TransportError:
        return False
    return True
