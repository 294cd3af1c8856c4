"""The clock. Domain time is a shop's: a sandbox shop's can be moved; logins, leases and tokens use real time."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class HasClock(Protocol):
    clock_offset_s: int


def real_now() -> datetime:
    """The real time, for sessions, leases and tokens."""
    return datetime.now(UTC)


def moment(shop: HasClock, real: datetime | None = None) -> datetime:
    """The shop's domain time now, or at the real time `real` (a request's arrival)."""
    return (real or real_now()) + timedelta(seconds=shop.clock_offset_s)
