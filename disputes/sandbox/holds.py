"""What the fake marketplace holds back of its sellers: payouts and listings, by the keys that asked for it."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from .ledger import cut_torn_line, lines, write

WHAT = ("payouts", "listing")
PART = "part"  # of the next payouts, so many minor units
Seller = tuple[str, str]  # shop and reference


def book_of(ledger: Path) -> Path:
    """The book of holds, beside the provider's ledger."""
    return ledger.with_name("holds.jsonl")


class Holds:
    """Keys that hold, for each seller and thing. A key that was released holds nothing again."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._keys: dict[tuple[Seller, str], set[str]] = {}
        self._done: set[tuple[str, str]] = set()
        self._minor: dict[str, int] = {}  # of a part: how much its key holds
        cut_torn_line(path)
        for entry in lines(path):
            self._remember(entry["do"], (entry["shop_id"], entry["seller_ref"]), entry["what"], entry["key"],
                           entry.get("amount_minor", 0))  # fmt: skip

    def note(self, do: str, seller: Seller, what: str, key: str, amount_minor: int = 0) -> None:
        """Hold or release, once for each key; of a part how much."""
        with self._lock:
            if (do, key) in self._done:
                return
            at, (shop_id, ref) = datetime.now(UTC).isoformat(), seller
            entry = {"do": do, "shop_id": shop_id, "seller_ref": ref, "what": what, "key": key, "at": at}
            write(self._path, entry | {"amount_minor": amount_minor})
            self._remember(do, seller, what, key, amount_minor)

    def _remember(self, do: str, seller: Seller, what: str, key: str, amount_minor: int) -> None:
        self._done.add((do, key))
        if do == "hold":
            self._minor[key] = amount_minor
        keys = self._keys.setdefault((seller, what), set())
        if do == "release":
            keys.discard(key)
        elif ("release", key) not in self._done:
            keys.add(key)

    def of(self, seller: Seller) -> dict[str, bool]:
        """What is held of a seller now."""
        return {what: bool(self._keys.get((seller, what))) for what in WHAT}

    def kept_minor(self, seller: Seller) -> int:
        """How much of a seller's next payouts is kept back, in minor units."""
        return sum(self._minor[key] for key in self._keys.get((seller, PART), ()))
