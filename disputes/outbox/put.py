"""Write a row for the worker, in the transaction of its cause. Sends nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from disputes.moment import real_now


def row(
    kind: str, key: str, payload: Mapping[str, Any], *, case_id: int | None, run_at: datetime | None = None
) -> dict[str, Any]:
    """One outbox row. `key` is unique for ever; `run_at` is real time, now if not given."""
    return {
        "kind": kind,
        "key": key,
        "payload": dict(payload),
        "case_id": case_id,
        "run_at": run_at or real_now(),
        "attempts": 0,
    }
