"""One transaction's work in progress: who acts, when, and the rows it will write at its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from disputes.models import Case, Shop


@dataclass(frozen=True)
class Actor:
    """Who takes a step: a person in a role, or the house itself (id None)."""

    id: int | None
    role: str
    on_behalf_of: int | None = None


SYSTEM_ACTOR = Actor(None, "system")
CLOCK_ACTOR = Actor(None, "clock")


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
    details: Mapping[str, Any] = field(default_factory=dict)
