"""Add exhibits to a case."""

from collections.abc import Sequence

from disputes.auth.access import Turn
from disputes.storage.attach import attach, told
from disputes.storage.store import Stored


def add(turn: Turn, *, kind: str, files: Sequence[Stored]) -> list[int]:
    """A side adds proof; returns the exhibits' numbers. BadFile when it has handed in too many."""
    numbers = attach(
        turn.case.id, files, role=turn.actor.role, account_id=turn.actor.id or 0, kind=kind,
        received_at=turn.received_at,
    )  # fmt: skip
    turn.take("add_evidence", details=told(numbers, files))
    return numbers
