"""What a worker holds when it has just started, and when it has sent many letters."""

import subprocess
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Outbox
from tests.bench.measure import Report
from tests.bench.stock import cases
from tests.cast import Cast
from tests.processes import disputes

PATIENCE_S = 90.0


def measure(app: Flask, cast: Cast, report: Report, count: int) -> None:
    """Resident memory of a worker process, after against before."""
    settings = app.extensions["disputes"]
    worker = disputes(settings, "worker", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert worker.stdout is not None
        while "ready" not in worker.stdout.readline():
            assert worker.poll() is None, "the worker did not start"
        _drained(app)
        before = _resident_mb(worker.pid)
        with app.app_context():
            cases(cast, count, "memory")
        sent = _drained(app)
        after = _resident_mb(worker.pid)
    finally:
        worker.terminate()
        worker.communicate()
    report.add(f"a worker's memory after {sent} letters / before", after / before, f"{after:.0f} MB / {before:.0f} MB")


def _drained(app: Flask) -> int:
    """Wait until nothing waits; returns how many rows are done."""
    end = time.monotonic() + PATIENCE_S
    while True:
        with app.app_context():
            waiting, done = db.session.execute(
                select(func.count().filter(Outbox.done_at.is_(None)), func.count(Outbox.done_at))
            ).one()
        if not waiting:
            return int(done)
        assert time.monotonic() < end, f"{waiting} rows still wait"
        time.sleep(0.1)


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
