"""The fake provider's books: one JSON line for each thing that happened, on the disk before anybody is answered."""

import json
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def entries(path: Path) -> list[dict[str, Any]]:
    """All lines of a ledger, without a last one that was torn: nobody was told of it."""
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines[:-1] if line]


@dataclass
class Ledger:
    """Refunds by key. `sent_minor` sums what was promised of each capture."""

    path: Path
    by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent_minor: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, path: Path) -> "Ledger":
        """Read what was written before, so that a restart forgets nothing."""
        ledger = cls(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        ledger._cut_torn_line()
        for entry in entries(path):
            ledger._remember(entry)
        return ledger

    def _cut_torn_line(self) -> None:
        if self.path.exists():
            data = self.path.read_bytes()
            os.truncate(self.path, data.rfind(b"\n") + 1)

    def _remember(self, entry: dict[str, Any]) -> None:
        self.by_key[entry["key"]] = entry
        self.by_id[entry["id"]] = entry
        if entry["code"] is None:
            capture = capture_of(entry)
            self.sent_minor[capture] = self.sent_minor.get(capture, 0) + entry["amount_minor"]

    def append(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Write one refund, durable when this returns. The caller holds the lock."""
        with self.path.open("ab") as file:
            file.write(json.dumps(entry, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._remember(entry)
        return entry

    def left_minor(self, order: dict[str, Any]) -> int:
        """What a capture can still give back."""
        return int(order["captured_minor"]) - self.sent_minor.get(capture_of(order), 0)


def capture_of(entry: dict[str, Any]) -> str:
    """A capture's name over all payments."""
    return f"{entry['payment_ref']}/{entry['capture_ref']}"
