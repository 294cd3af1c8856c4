"""Worker and server as processes: they end when told to, and come back when they die."""

import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import SentMail
from disputes.settings import Settings
from tests.cast import ADA, Cast
from tests.outbox.smtp import free_port
from tests.processes import answers, disputes, until
from tests.turns import file_case


def free_pair() -> int:
    """A port that is free, with the next."""
    while True:
        port = free_port()
        if not answers(f"http://127.0.0.1:{port + 1}"):
            return port


def test_the_worker_works_and_ends_when_told_to(app: Flask, settings: Settings, cast: Cast) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA)
    worker = disputes(settings, "worker", stdout=subprocess.PIPE)
    mail = settings.instance / "mail"
    until(lambda: len(list(mail.glob("*.eml"))) == 2, "both sides have their mail")
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=20)
    assert worker.returncode == 0
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SentMail)) == 2


def pid_of(name: str, said: Path) -> int | None:
    lines = [line for line in said.read_text().splitlines() if line.startswith(f"{name}: started")]
    return int(lines[-1].rpartition(" ")[2].rstrip(")")) if lines else None


@pytest.mark.unplanned
def test_serve_starts_everything_brings_back_what_dies_and_stops_it_all(tmp_path: Path, settings: Settings) -> None:
    port, said = free_pair(), tmp_path / "said.txt"
    mine = replace(settings, provider_url="")
    with said.open("w") as out:
        server = disputes(mine, "serve", f"--port={port}", stdout=out, stderr=subprocess.STDOUT)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/sign-in"), "the web answers")
        until(lambda: answers(f"http://127.0.0.1:{port + 1}/"), "the provider answers")
        first = pid_of("worker", said)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        until(lambda: pid_of("worker", said) != first, "the worker is back")
        second = disputes(mine, "serve", f"--port={port}", stderr=subprocess.PIPE)
        assert f"Port {port} is taken" in second.communicate(timeout=20)[1]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    assert server.returncode == 0
    assert not answers(f"http://127.0.0.1:{port}/")
    assert not answers(f"http://127.0.0.1:{port + 1}/")
    assert said.read_text().count(": stopped") == 3
