"""The real thing: `disputes serve` on ports of its own, with its demo data, and everything ended afterwards."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from disputes.sandbox.demo_logins import file_of, read
from disputes.sandbox.ports import taken
from tests.processes import ROOT, answers

PATIENCE_S = 60.0
FAREWELL_S = 25.0  # serve itself waits up to 20 s for its children


@dataclass(frozen=True)
class Live:
    """A running installation. `passwords` by e-mail address."""

    base: str
    instance: Path
    passwords: dict[str, str]


@contextmanager
def living(instance: Path) -> Iterator[Live]:
    """Serve from an empty instance folder; AssertionError with the whole log when it does not come up."""
    port, log = _two_free_ports(), instance / "serve.log"
    instance.mkdir(parents=True, exist_ok=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith("DISPUTES_")}
    env |= {"DISPUTES_INSTANCE": str(instance), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as out:
        command = [sys.executable, "-m", "disputes.cli", "serve"]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
        base = f"http://127.0.0.1:{port}"
        try:
            _wait(process, f"{base}/sign-in", log)
            yield Live(base, instance, {login.email: login.password for login in read(file_of(instance))})
        finally:
            _end(process, log)


def _two_free_ports() -> int:
    """A port with a free one behind it, far from where other workers of a parallel run are likely to look."""
    while True:
        port = random.randrange(20_000, 30_000, 2)
        if not taken(port) and not taken(port + 1):
            return port


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while not answers(url):
        assert process.poll() is None, f"disputes serve ended with {process.returncode}:\n{log.read_text()}"
        assert time.monotonic() < end, f"disputes serve does not answer:\n{log.read_text()}"
        time.sleep(0.1)


def _end(process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask it to stop; whatever is left after that, children included, is ended by its number."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(FAREWELL_S)
        return
    for pid in (process.pid, *map(int, re.findall(r"started \(process (\d+)\)", log.read_text()))):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
