"""The history's hash chain: one per case, its head on the case row."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from disputes.models import Case, Event

DOMAIN = b"disputes.event.v1\n"  # so that no other hash of ours can be passed off as an event's
HASHED = (
    "case_id", "seq", "record", "record_id", "trigger", "source", "dest", "role", "actor_id", "on_behalf_of",
    "at", "received_at", "details",
)  # fmt: skip


def digest(prev_hash: str, fields: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash and the event's fields as canonical JSON."""
    plain = {name: fields[name] for name in HASHED}
    for name, value in plain.items():
        if isinstance(value, datetime):
            plain[name] = value.isoformat()
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(DOMAIN + prev_hash.encode() + b"\n" + text.encode()).hexdigest()


def commitment(salt: str, text: str) -> str:
    """What the history keeps of a typed text: it proves the text while that exists, and says nothing after."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def append(case: Case, fields: dict[str, Any]) -> dict[str, Any]:
    """Number and hash one event, and move the case's head."""
    case.head_seq += 1
    event = {**fields, "case_id": case.id, "seq": case.head_seq, "prev_hash": case.head_hash}
    case.head_hash = event["hash"] = digest(case.head_hash, event)
    return event


def first_fault(case: Case, events: Iterable[Event]) -> int | None:
    """The number of the first event that was changed, removed or added behind our back; None when all is well."""
    prev, seq = "0" * 64, 0
    for event in events:
        seq += 1
        fields = {name: getattr(event, name) for name in HASHED}
        if event.seq != seq or event.prev_hash != prev or event.hash != digest(prev, fields):
            return seq
        prev = event.hash
    return None if (case.head_seq, case.head_hash) == (seq, prev) else seq + 1
