"""The fake provider's messages to the shops: signed, sent until somebody took them, and not forgotten by kill -9."""

import heapq
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx

from disputes.outbox import signature

from .asked import new_id
from .ledger import Entry, cut_torn_line, lines, write
from .mischief import Mischief

LATE_S, OVERTAKEN_S, AGAIN_S = 3.0, 1.0, 0.5
LONGEST_WAIT_S, GIVES_UP_S = 60.0, 3 * 86_400.0
TICK_S = 0.05


def book_of(ledger: Path) -> Path:
    """The book of messages, beside the provider's ledger."""
    return ledger.with_name("messages.jsonl")


def unsent(path: Path) -> set[str]:
    """The names of messages that nobody took yet."""
    told = lines(path)
    return {line["id"] for line in told if "id" in line} - {line["done"] for line in told if "done" in line}


class Messages:
    """What is to be sent to `<url>/webhooks/<shop>`. Without `url` nothing is; `start` begins sending."""

    def __init__(self, path: Path, url: str, secret: str, mischief: Mischief) -> None:
        self._path, self._url, self._secret, self._mischief = path, url.rstrip("/"), secret, mischief
        self._lock = threading.Lock()
        cut_torn_line(path)
        left = unsent(path)
        self._waiting = {line["id"]: line for line in lines(path) if line.get("id") in left}
        self._next: list[tuple[float, str]] = [(line["due"], name) for name, line in self._waiting.items()]
        heapq.heapify(self._next)

    def tell(self, shop_id: str, kind: str, ref: str, in_s: float = 0.0) -> None:
        """Send a message about `ref`, now or in so many seconds. It is on the disk when this returns."""
        if not self._url:
            return
        due = time.time() + in_s + self._delay()
        line: Entry = {"id": new_id("evt"), "shop_id": shop_id, "kind": kind, "ref": ref, "due": due}
        copies = 3 if self._mischief.does("duplicate") else 1
        with self._lock:
            write(self._path, line)
            self._waiting[line["id"]] = line
            for n in range(copies):
                heapq.heappush(self._next, (due + n * AGAIN_S, line["id"]))

    def _delay(self) -> float:
        late = LATE_S if self._mischief.does("late") else 0.0
        return late + (OVERTAKEN_S if self._mischief.does("reorder") else 0.0)

    def start(self) -> None:
        """Send from now on, in a thread of its own that ends with the process."""
        if self._url:
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with httpx.Client(trust_env=False, timeout=5) as client:
            while True:
                for message_id in self._due():
                    self._send(client, message_id)
                time.sleep(TICK_S)

    def _due(self) -> Iterator[str]:
        while True:
            with self._lock:
                if not self._next or self._next[0][0] > time.time():
                    return
                _, message_id = heapq.heappop(self._next)
            yield message_id

    def _send(self, client: httpx.Client, message_id: str) -> None:
        line = self._waiting[message_id]
        body = json.dumps({name: line[name] for name in ("id", "kind", "ref")}).encode()
        signed = signature.sign(body, self._secret, datetime.now(UTC))
        headers = {signature.HEADER: signed, "Content-Type": "application/json"}
        try:
            taken = client.post(
                f"{self._url}/webhooks/{quote(line['shop_id'])}", content=body, headers=headers
            ).is_success
        except httpx.TransportError:
            taken = False
        with self._lock:
            self._note(line, taken)

    def _note(self, line: Entry, taken: bool) -> None:
        if taken and not line.get("taken"):
            line["taken"] = True
            write(self._path, {"done": line["id"]})
        elif not taken and time.time() - line["due"] < GIVES_UP_S:
            line["wait"] = min(LONGEST_WAIT_S, 2 * line.get("wait", AGAIN_S / 2))
            heapq.heappush(self._next, (time.time() + line["wait"], line["id"]))
