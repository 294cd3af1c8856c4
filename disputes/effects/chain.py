"""The hash chains of the histories: one for each case, account, seller, shop; the head stands on the root's row."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from disputes.models import Event, HouseEvent
from disputes.models.columns import Chained

# So that no other hash of ours can be passed off as an event's, nor an event of a case as one of the house's.
CASE_DOMAIN, HOUSE_DOMAIN = b"disputes.event.v1\n", b"disputes.house_event.v1\n"
COMMON = (
    "seq", "record", "record_id", "trigger", "source", "dest", "role", "actor_id", "on_behalf_of", "at", "received_at",
    "details",
)  # fmt: skip
HASHED = ("case_id", *COMMON)
HOUSE_HASHED = ("root", "root_id", "shop_id", *COMMON)


def digest(prev_hash: str, fields: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash and the event's fields as canonical JSON."""
    domain, names = (CASE_DOMAIN, HASHED) if "case_id" in fields else (HOUSE_DOMAIN, HOUSE_HASHED)
    plain = {name: fields[name] for name in names}
    for name, value in plain.items():
        if isinstance(value, datetime):
            plain[name] = value.isoformat()
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(domain + prev_hash.encode() + b"\n" + text.encode()).hexdigest()


def commitment(salt: str, text: str) -> str:
    """What the history keeps of a typed text: it proves the text while that exists, and says nothing after."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def append(root: Chained, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Number and hash one event of a locked root, and move the root's head. `fields` name the root too."""
    root.head_seq += 1
    event = {**fields, "seq": root.head_seq, "prev_hash": root.head_hash}
    root.head_hash = event["hash"] = digest(root.head_hash, event)
    return event


def first_fault(root: Chained, events: Iterable[Event | HouseEvent]) -> int | None:
    """The number of the first event that was changed, removed or added behind our back; None when all is well."""
    prev, seq = "0" * 64, 0
    for event in events:
        seq += 1
        names = HASHED if hasattr(event, "case_id") else HOUSE_HASHED
        fields = {name: getattr(event, name) for name in names}
        if event.seq != seq or event.prev_hash != prev or event.hash != digest(prev, fields):
            return seq
        prev = event.hash
    return None if (root.head_seq, root.head_hash) == (seq, prev) else seq + 1
