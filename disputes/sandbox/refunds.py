"""The fake provider's answers about refunds and voids."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.exceptions import Conflict, NotFound
from werkzeug.wrappers import Request

from .asked import Answered, key_of, new_id, now, page, read
from .ledger import Entry, Ledger, failure
from .messages import Messages
from .mischief import Mischief

WORDS = ("shop_id", "payment_ref", "capture_ref", "currency")
ORDERED = (*WORDS, "amount_minor")
VOIDED = ("shop_id", "payment_ref", "currency", "open_minor")
SLOW_S = 1.5


class Refunds:
    """Refunds take `delay` to arrive; those that bounce do so `bounces` after that."""

    def __init__(
        self, ledger: Ledger, messages: Messages, mischief: Mischief, delay: timedelta, bounces: timedelta
    ) -> None:
        self._ledger, self._messages, self._mischief = ledger, messages, mischief
        self._delay, self._bounces = delay, bounces

    def post(self, request: Request) -> Answered:
        """Send money back, once for each key. 402 with a code when it never will under this key."""
        key, order = key_of(request), read(request, WORDS, ("amount_minor", "captured_minor"))
        if self._mischief.does("broken"):
            return Answered(500, {"code": "broken"})
        with self._ledger.lock:
            entry = self._had(key, order, ORDERED) or self._make(key, order)
        if self._mischief.does("slow"):
            time.sleep(SLOW_S)
        if self._mischief.does("broken_after"):
            return Answered(500, {"code": "broken"})
        return Answered(402, {"code": entry["code"]}) if entry["code"] else Answered(201, self.told(entry))

    def _had(self, key: str, order: Entry, names: tuple[str, ...]) -> Entry | None:
        entry = self._ledger.by_key.get(key)
        if entry is not None and any(entry.get(name) != order[name] for name in names):
            raise Conflict
        return entry

    def _make(self, key: str, order: Entry) -> Entry:
        entry = self.made(order, key=key, code=self._refusal(order))
        if entry["code"] is None and self._mischief.does("bounce"):
            entry["bounces_at"] = (datetime.fromisoformat(entry["at"]) + self._delay + self._bounces).isoformat()
        return self._append(entry)

    def _refusal(self, order: Entry) -> str | None:
        if self._mischief.does("refuse"):
            return "refused"
        if self._mischief.does("poor"):
            return "insufficient_funds"
        if self._ledger.disputed(order):
            return "charge_disputed"
        return "too_much" if order["amount_minor"] > self._ledger.left_minor(order) else None

    @staticmethod
    def made(order: Entry, *, key: str | None = None, code: str | None = None) -> Entry:
        """A new refund, not written yet."""
        return {"id": new_id("re"), "key": key, "code": code, "at": now(), **order}

    def _append(self, entry: Entry) -> Entry:
        self._ledger.append(entry)
        self._messages.tell(entry["shop_id"], "refund", entry["id"])
        if entry["code"] is None and self._delay:
            self._messages.tell(entry["shop_id"], "refund", entry["id"], self._delay.total_seconds())
        if entry.get("bounces_at"):
            wait = (self._delay + self._bounces).total_seconds()
            self._messages.tell(entry["shop_id"], "refund", entry["id"], wait)
        return entry

    def get(self, _request: Request, ref: str) -> Answered:
        """One refund, whoever ordered it."""
        if ref not in self._ledger.refunds:
            raise NotFound
        return Answered(200, self.told(self._ledger.refunds[ref]))

    def all(self, request: Request) -> Answered:
        """Every refund, or those of `payment_ref`."""
        of = request.args.get("payment_ref")
        found = [one for one in list(self._ledger.refunds.values()) if of in (None, one["payment_ref"])]
        return page(request, [self.told(entry) for entry in found])

    def told(self, entry: Entry) -> dict[str, Any]:
        """A refund as it stands now."""
        code, arrives = failure(entry), datetime.fromisoformat(entry["at"]) + self._delay
        there = code is None and arrives <= datetime.now(UTC)
        names = ("id", "key", "payment_ref", "capture_ref", "amount_minor", "currency", "at")
        return {name: entry[name] for name in names} | {
            "status": "failed" if code else "succeeded" if there else "pending",
            "code": code,
            "arrived_at": arrives.isoformat() if there else None,
        }

    def from_back_office(self, request: Request) -> Answered:
        """Somebody at the seller's sends money back past us."""
        with self._ledger.lock:
            entry = self._append(self.made(read(request, WORDS, ("amount_minor",))))
        return Answered(201, self.told(entry))

    def fail(self, request: Request, ref: str) -> Answered:
        """The payer's bank sends a refund back, days later."""
        with self._ledger.lock:
            if ref not in self._ledger.refunds:
                raise NotFound
            self._ledger.append({"what": "refund_failed", "id": ref, "at": now(), **read(request, ("code",))})
        entry = self._ledger.refunds[ref]
        self._messages.tell(entry["shop_id"], "refund", ref)
        return Answered(200, self.told(entry))

    def void(self, request: Request) -> Answered:
        """Let go what was not captured, once for each key; nothing at all is a success that says so."""
        key, order = key_of(request), read(request, VOIDED[:3], VOIDED[3:])
        if self._mischief.does("broken"):
            return Answered(500, {"code": "broken"})
        with self._ledger.lock:
            line = self._had(key, order, VOIDED) or self._ledger.append(
                {"what": "void", "id": new_id("vo"), "key": key, "at": now(), **order}
            )
        code = None if line["open_minor"] > 0 else "nothing_to_void"
        return Answered(201, {"id": line["id"], "at": line["at"], "code": code})
