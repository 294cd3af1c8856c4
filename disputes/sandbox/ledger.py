"""The fake provider's books: one JSON line for each thing that happened, on the disk before anybody is answered."""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


def lines(path: Path) -> list[Entry]:
    """All lines of a book, without a last one that was torn: nobody was told of it."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1] if line]


def entries(path: Path) -> list[Entry]:
    """The refunds that were ordered with a key, as they stand now; `code` says why one was not paid."""
    refunds = Ledger(path, lines(path)).refunds.values()
    return [{**entry, "code": failure(entry)} for entry in refunds if entry["key"]]


def write(path: Path, entry: Entry) -> None:
    """Write one line, durable when this returns. The caller lets nobody else write."""
    with path.open("ab") as file:
        file.write(json.dumps(entry, sort_keys=True).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def cut_torn_line(path: Path) -> None:
    """Remove a last line that was not written to its end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        os.truncate(path, path.read_bytes().rfind(b"\n") + 1)


def failure(entry: Entry) -> str | None:
    """Why a refund is not, or no longer, paid."""
    bounces = entry.get("bounces_at")
    bounced = bounces is not None and datetime.fromisoformat(bounces) <= datetime.now(UTC)
    return entry["code"] or ("account_closed" if bounced else None)


@dataclass
class Ledger:
    """What the lines add up to: refunds and disputes by their names, and what was answered to which key.

    Whoever reads to write holds the lock."""

    path: Path
    told: list[Entry] = field(default_factory=list)
    refunds: dict[str, Entry] = field(default_factory=dict)
    disputes: dict[str, Entry] = field(default_factory=dict)
    by_key: dict[str, Entry] = field(default_factory=dict)
    of_capture: dict[str, list[Entry]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for line in self.told:
            self._remember(line)
        self.told = []

    @classmethod
    def open(cls, path: Path) -> "Ledger":
        """Read what was written before, so that a restart forgets nothing."""
        cut_torn_line(path)
        return cls(path, lines(path))

    def append(self, line: Entry) -> Entry:
        """Write one line, durable when this returns."""
        write(self.path, line)
        self._remember(line)
        return line

    def _remember(self, line: Entry) -> None:
        FOLDS[line.get("what", "refund")](self, line)
        if line.get("key"):
            self.by_key[line["key"]] = line

    def left_minor(self, order: Entry) -> int:
        """What a capture can still give back: less what was sent, and what a bank took back or may yet."""
        sent = self.of_capture.get(capture_of(order), [])
        return int(order["captured_minor"]) - sum(e["amount_minor"] for e in sent if failure(e) is None)

    def disputed(self, order: Entry) -> bool:
        """Whether the payer's bank has this money, or asks for it."""
        return any(
            d["payment_ref"] == order["payment_ref"] and d["capture_ref"] in (None, order["capture_ref"])
            for d in self.disputes.values()
            if d["status"] != "won"
        )


def _refund(ledger: Ledger, line: Entry) -> None:
    ledger.refunds[line["id"]] = line
    ledger.of_capture.setdefault(capture_of(line), []).append(line)


def _refund_failed(ledger: Ledger, line: Entry) -> None:
    ledger.refunds[line["id"]]["code"] = line["code"]


def _dispute(ledger: Ledger, line: Entry) -> None:
    ledger.disputes[line["id"]] = line


def _dispute_moved(ledger: Ledger, line: Entry) -> None:
    ledger.disputes[line["id"]]["status"] = line["status"]


FOLDS: dict[str, Callable[[Ledger, Entry], None]] = {
    "refund": _refund,
    "refund_failed": _refund_failed,
    "dispute": _dispute,
    "dispute_moved": _dispute_moved,
    "void": lambda ledger, line: None,
}


def capture_of(entry: Entry) -> str:
    """A capture's name over all payments."""
    return f"{entry['payment_ref']}/{entry['capture_ref']}"
