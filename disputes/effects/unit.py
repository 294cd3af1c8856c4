"""One transaction's work in progress: who acts, when, and the rows it will write at its end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from disputes.db import db
from disputes.models import Account, Case, Payment, Screening, Seller, Shop

from .books import Moved


@dataclass(frozen=True)
class Actor:
    """Who takes a step: a person in a role, or the house itself (id None)."""

    id: int | None
    role: str
    on_behalf_of: int | None = None


SYSTEM_ACTOR = Actor(None, "system")
CLOCK_ACTOR = Actor(None, "clock")


@contextmanager
def stepping() -> Iterator[None]:
    """While a step is written, states may change; at any other time a flush refuses it."""
    info = db.session().info
    before, info["stepping"] = info.get("stepping", False), True
    try:
        yield
    finally:
        info["stepping"] = before


@dataclass
class Unit:
    """Everything one call of take_step collects, written once at its end."""

    case: Case
    shop: Shop
    actor: Actor
    now: datetime
    received_at: datetime
    events: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    details: Mapping[str, Any] = field(default_factory=dict)
    seqs: list[int] = field(default_factory=list)  # numbers of what was noted, each in its own history


@dataclass
class HouseUnit:
    """The same for a record whose root is an account or a seller, or which has a history of its own."""

    root: Account | Seller | Screening
    shop: Shop
    actor: Actor
    now: datetime
    received_at: datetime
    outbox: list[dict[str, Any]] = field(default_factory=list)
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class PaymentUnit:
    """The same for a record whose root is a payment."""

    root: Payment
    shop: Shop
    actor: Actor
    now: datetime
    received_at: datetime
    outbox: list[dict[str, Any]] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    details: Mapping[str, Any] = field(default_factory=dict)
