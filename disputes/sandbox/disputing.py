"""The fake provider's answers about disputes at payers' banks, and the bank's own moves."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Request

from .asked import Answered, key_of, new_id, now, page, read
from .ledger import Entry, Ledger
from .messages import Messages

WAITS, LOOKS, WON, LOST = "needs_answer", "under_review", "won", "lost"


class Disputes:
    """What a bank takes back from us, and what we answered."""

    def __init__(self, ledger: Ledger, messages: Messages) -> None:
        self._ledger, self._messages = ledger, messages

    def open(self, request: Request) -> Answered:
        """The bank begins one. `due_s`: how many seconds it waits for an answer; 0: it asks for none."""
        said = read(request, ("shop_id", "payment_ref", "currency", "reason"), ("amount_minor", "due_s"))
        due_at = datetime.now(UTC) + timedelta(seconds=said["due_s"])
        line: Entry = {
            "what": "dispute", "id": new_id("dp"), "at": now(), "capture_ref": request.get_json().get("capture_ref"),
            "due_at": due_at.isoformat() if said["due_s"] else None,
            "status": WAITS if said["due_s"] else LOOKS, **said,
        }  # fmt: skip
        with self._ledger.lock:
            self._ledger.append(line)
        self._messages.tell(line["shop_id"], "dispute", line["id"])
        return Answered(201, _told(line))

    def decide(self, request: Request, ref: str) -> Answered:
        """The bank has decided, or thought better of it: `status` won or lost."""
        status = read(request, ("status",))["status"]
        if status not in (WON, LOST):
            raise BadRequest
        with self._ledger.lock:
            self._move(self._found(ref), status)
        return self.get(request, ref)

    def evidence(self, request: Request, ref: str) -> Answered:
        """Our answer; one that comes after the bank's decision changes nothing."""
        key, said = key_of(request), read(request, ("text",))
        files = [{"name": f["name"], "sha256": _hash(f["content"])} for f in request.get_json().get("files", [])]
        with self._ledger.lock:
            self._answered(ref, key, LOOKS, {**said, "files": files})
        return self.get(request, ref)

    def accept(self, request: Request, ref: str) -> Answered:
        """We give it up."""
        key = key_of(request)
        with self._ledger.lock:
            self._answered(ref, key, LOST, {})
        return self.get(request, ref)

    def get(self, _request: Request, ref: str) -> Answered:
        """One dispute as it stands."""
        return Answered(200, _told(self._found(ref)))

    def all(self, request: Request) -> Answered:
        """Every dispute."""
        return page(request, [_told(entry) for entry in list(self._ledger.disputes.values())])

    def _found(self, ref: str) -> Entry:
        if ref not in self._ledger.disputes:
            raise NotFound
        return self._ledger.disputes[ref]

    def _answered(self, ref: str, key: str, status: str, said: dict[str, Any]) -> None:
        entry = self._found(ref)
        if entry["status"] in (WAITS, LOOKS) and key not in self._ledger.by_key:
            self._move(entry, status, key=key, **said)

    def _move(self, entry: Entry, status: str, **more: Any) -> None:
        self._ledger.append({"what": "dispute_moved", "id": entry["id"], "status": status, "at": now(), **more})
        self._messages.tell(entry["shop_id"], "dispute", entry["id"])


def _told(entry: Entry) -> dict[str, Any]:
    names = ("id", "payment_ref", "capture_ref", "amount_minor", "currency", "status", "reason", "due_at", "at")
    return {name: entry[name] for name in names}


def _hash(content: str) -> str:
    return sha256(content.encode()).hexdigest()
