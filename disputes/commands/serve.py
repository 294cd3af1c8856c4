"""`disputes serve`: everything on one machine. Web, worker and the fake payment provider as child processes."""

import ctypes
import importlib
import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import click
from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate import upgrade
from sqlalchemy import select

from disputes.db import db
from disputes.models import Shop
from disputes.sandbox.ports import taken
from disputes.settings import ROOT
from disputes.web.configure import settings_of

from .stopping import on_signal

DEMO = "disputes.sandbox.demo"
PR_SET_PDEATHSIG = 1
PATIENCE_S = 20  # for a start, and for the rows in hand when everything is stopped
WEB = ("--worker-class=gthread", "--workers=1", "--threads=12", "--no-control-socket", "--log-level=warning")


@click.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="The web's; the provider takes the next.")
@click.pass_obj
def serve(info: ScriptInfo, port: int) -> None:
    """Serve everything on this machine, with demo data when there is none."""
    for wanted in (port, port + 1):
        if taken(wanted):
            raise click.ClickException(f"Port {wanted} is taken. Choose another: PORT={port + 10} script/server")
    os.environ.setdefault("DISPUTES_BASE_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("DISPUTES_PROVIDER_URL", f"http://127.0.0.1:{port + 1}")
    os.environ.setdefault("DISPUTES_DEMO", "1")
    prepare(info.load_app())
    me = (sys.executable, "-m", "disputes.cli")
    supervise(
        [
            Child(
                "provider",
                (*me, "provider", f"--port={port + 1}", f"--webhooks=http://127.0.0.1:{port}"),
                port + 1,
            ),
            Child(
                "web",
                (sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", *WEB, "disputes:create_app()"),
                port,
            ),
            Child("worker", (*me, "worker")),
        ],
        ready=f"Serving on http://127.0.0.1:{port}. Stop with Ctrl-C.",
    )


def prepare(app: Flask) -> None:
    """Bring the schema up to date, and demo data into an empty database."""
    settings = settings_of(app)
    settings.instance.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        click.echo(f"Database: {db.engine.dialect.name}, bringing its tables up to date")
        upgrade(directory=str(ROOT / "migrations"))
        empty = db.session.scalar(select(Shop.id).limit(1)) is None
        db.session.remove()
        if empty and settings.demo and importlib.util.find_spec(DEMO):
            click.echo("Bringing demo data")
            importlib.import_module(DEMO).arrive(settings)
        db.engine.dispose()  # children open connections of their own
    logins = settings.instance / "logins.txt"
    if settings.demo and logins.exists():
        click.echo(logins.read_text())


def _end_with_parent() -> None:
    """In a child: end when we are killed so hard that we cannot stop it. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process of ours, started again when it dies."""

    name: str
    command: Sequence[str]
    port: int | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches us alone, and we stop the others in order.
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command, start_new_session=True, cwd=ROOT, preexec_fn=_end_with_parent
        )
        click.echo(f"{self.name}: started (process {self.process.pid})")

    def listens(self, within_s: float) -> bool:
        """Wait until it can be spoken to; one that nobody speaks to is ready at once."""
        until = time.monotonic() + within_s
        while self.port is not None and not taken(self.port):
            if time.monotonic() > until or (self.process and self.process.poll() is not None):
                return False
            time.sleep(0.05)
        return True

    def watch(self) -> None:
        """Start it again when it died, at most once a second."""
        if self.process is None or self.process.poll() is None or time.monotonic() - self.started < 1:
            return
        click.echo(f"{self.name}: ended with {self.process.returncode}, starting it again")
        self.start()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, until: float) -> None:
        """Wait for its end, and end it at `until`."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        click.echo(f"{self.name}: stopped")


def supervise(children: Sequence[Child], *, ready: str, stop: threading.Event | None = None) -> None:
    """Run children until we are told to stop, then stop them all, the last one first."""
    stop = stop or on_signal()
    for child in children:
        child.start()
        if not child.listens(PATIENCE_S):
            click.echo(f"{child.name}: does not answer yet")
    click.echo(ready)
    while not stop.wait(0.2):
        for child in children:
            child.watch()
    until = time.monotonic() + PATIENCE_S
    for child in reversed(children):
        child.stop()
    for child in reversed(children):
        child.wait(until)
