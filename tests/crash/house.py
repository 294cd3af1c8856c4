"""The real processes of one installation, and the hand that kills them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from disputes.commands.serve import WEB
from disputes.settings import Settings
from tests.processes import ROOT, answers, environment, until

LEASE_S = 1.0  # shorter than a slow answer of the provider: what one worker has in hand, another takes over
DISPUTES = (sys.executable, "-m", "disputes.cli")
TOGETHER = 1 / 3  # how often they die at the same moment
MISCHIEF = {  # what providers do wrong, how often
    "slow": "0.5%", "broken": "2%", "broken_after": "3%", "refuse": "0.5%", "poor": "1%", "bounce": "0.5%",
    "duplicate": "10%", "late": "5%", "reorder": "10%",
}  # fmt: skip


@dataclass
class Member:
    """One process, with everything it started, in a group of its own."""

    name: str
    command: Sequence[str]
    said: Path
    ready: str  # what it says, or the address it answers at, when it is ready
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def start(self, env: dict[str, str]) -> None:
        self.starts += 1
        with self.said.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, env=env, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def is_ready(self) -> bool:
        if self.ready.startswith("http"):
            return answers(self.ready)
        return self.said.read_text(errors="replace").count(self.ready) >= self.starts

    def signal(self, number: int) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """kill -9, children and all."""
        assert self.process is not None
        self.signal(signal.SIGKILL)
        self.process.wait()


@dataclass
class House:
    """Web, workers and provider of one installation."""

    settings: Settings
    web_url: str
    members: dict[str, Member] = field(default_factory=dict)

    @classmethod
    def build(cls, settings: Settings, web_port: int, *, workers: int) -> "House":
        """Name the processes; nothing runs yet. The provider's port stands in the settings."""
        house, folder = cls(settings, f"http://127.0.0.1:{web_port}"), settings.instance
        port = settings.provider_url.rpartition(":")[2]
        wrong = [f"--mischief={name}={chance}" for name, chance in MISCHIEF.items()]
        books = (f"--ledger={settings.provider_ledger}", "--delay-ms=100", "--bounce-ms=500")
        provider = (*DISPUTES, "provider", f"--port={port}", *books, f"--webhooks={house.web_url}", *wrong)
        house._add("provider", provider, folder, settings.provider_url)
        web = (sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{web_port}", *WEB, "disputes:create_app()")
        house._add("web", web, folder, f"{house.web_url}/sign-in")
        for n in range(workers):
            house._add(f"worker-{n}", (*DISPUTES, "worker", f"--lease={LEASE_S}"), folder, "the worker is ready")
        return house

    def _add(self, name: str, command: Sequence[str], folder: Path, ready: str) -> None:
        self.members[name] = Member(name, command, folder / f"{name}.log", ready)

    def start(self) -> None:
        """Start everything, and wait until it works."""
        for member in self.members.values():
            member.start(environment(self.settings))
        for member in self.members.values():
            until(member.is_ready, f"{member.name} is ready")

    def kill_some(self, dice: random.Random, most: int) -> list[str]:
        """kill -9 the web, a worker, or several of them at the same moment; bring them back, return their names."""
        names = [name for name in self.members if name != "provider"]
        names = dice.sample(names, min(most, len(names) if dice.random() < TOGETHER else 1))
        for name in names:
            self.members[name].kill()
        for name in names:
            self.members[name].start(environment(self.settings))
        return names

    def make_a_zombie(self, dice: random.Random) -> list[str]:
        """Stop a worker for longer than its lease, then let it go on where it was."""
        member = self.members[dice.choice([name for name in self.members if name.startswith("worker")])]
        member.signal(signal.SIGSTOP)
        time.sleep(2 * LEASE_S)
        member.signal(signal.SIGCONT)
        return [member.name]

    def behave(self) -> None:
        """Let the provider do nothing wrong any more."""
        httpx.post(f"{self.settings.provider_url}/_mischief", json={}, trust_env=False)

    def stop(self) -> None:
        """End everything that still runs."""
        for member in self.members.values():
            if member.process is not None and member.process.poll() is None:
                member.kill()
