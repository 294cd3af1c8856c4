"""What the fake marketplace knows of vouchers: code, worth and whose it is, by the key that brought it."""

import threading
from pathlib import Path
from typing import Any

from werkzeug.exceptions import Conflict, NotFound
from werkzeug.wrappers import Request

from .asked import Answered, key_of, now, read
from .ledger import cut_torn_line, lines, write
from .mischief import Mischief

WORDS, NUMBERS = ("shop_id", "code", "buyer", "currency"), ("amount_minor",)


def book_of(ledger: Path) -> Path:
    """The book of vouchers, beside the provider's ledger."""
    return ledger.with_name("vouchers.jsonl")


class Vouchers:
    """Vouchers by key and by code; asked twice with one key is asked once."""

    def __init__(self, path: Path, mischief: Mischief) -> None:
        self._path, self._mischief, self._lock = path, mischief, threading.Lock()
        cut_torn_line(path)
        self._by_key: dict[str, dict[str, Any]] = {line["key"]: line for line in lines(path)}

    def post(self, request: Request) -> Answered:
        """Take a voucher in. Conflict when the key was used for another."""
        key, given = key_of(request), read(request, WORDS, NUMBERS)
        if self._mischief.does("broken"):
            return Answered(500, {"code": "broken"})
        with self._lock:
            had = self._by_key.get(key)
            if had is not None and any(had[name] != given[name] for name in given):
                raise Conflict
            if had is None:
                self._by_key[key] = {"key": key, "at": now(), **given}
                write(self._path, self._by_key[key])
        return Answered(500, {"code": "broken"}) if self._mischief.does("broken_after") else Answered(201, {})

    def get(self, _request: Request, shop_id: str, code: str) -> Answered:
        """What a code is worth, to whoever stands at the till."""
        for line in list(self._by_key.values()):
            if (line["shop_id"], line["code"]) == (shop_id, code):
                return Answered(200, {name: line[name] for name in ("amount_minor", "currency", "buyer")})
        raise NotFound
