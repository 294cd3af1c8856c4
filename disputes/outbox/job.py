"""One outbox row in a worker's hands, and the ways its work can end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Job:
    """A claimed row. `token` is the fence: whoever holds a newer one has taken the row over."""

    id: int
    kind: str
    key: str
    case_id: int | None
    payload: dict[str, Any]
    attempts: int
    token: str


class Again(NamedTuple):
    """Nothing went wrong, but it is not over: look again in so many seconds. `why` tells people what is waited for."""

    seconds: float
    why: str | None = None


class Failed(NamedTuple):
    """A part did not work; what did is written, the row is tried again."""

    error: str


class Unavailable(Exception):
    """Nobody answered, or nobody knows whether they acted: try again later, with the same key."""


class Hopeless(Exception):
    """Trying again would change nothing: a person must look."""


class LostLease(Exception):
    """Another worker has taken the row over; nothing this one did may be written."""


def rarer(job: Job, first_s: float, rarest_s: float) -> float:
    """Seconds until the next look: half as long again each time, up to `rarest_s`."""
    return min(rarest_s, first_s * 1.5 ** min(30, job.payload.get("looks", 0)))


class Handler(NamedTuple):
    """What a kind of row does. `act` speaks to the outside, with no transaction open; `record` writes the result
    in the same transaction that finishes the row, its first statement locking the case."""

    act: Callable[[Job], Any]
    record: Callable[[Job, Any], Again | Failed | None]
