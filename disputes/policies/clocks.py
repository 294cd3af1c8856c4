"""How long somebody may stay silent in a shop, when to warn, and what the shop lets silence do."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from disputes.policies.duration import Duration, Works, due
from disputes.policies.facts import Facts
from disputes.policies.schema import Pack
from disputes.policies.standing import Standing


@dataclass(frozen=True)
class ClockRule:
    """One clock for one case. `on_expiry` is the step it takes, with a standing of its own; None if it takes none."""

    name: str
    actor: str
    limit: Duration
    warn_before: Duration | None
    on_expiry: str | None
    clauses: tuple[str, ...]
    standing: Standing
    expiry_clauses: tuple[str, ...] = ()
    expiry_standing: Standing = Standing.NOT_STATED
    works: Works | None = None

    def due(self, start: datetime, zone: tzinfo) -> datetime:
        """The last moment in time (UTC): in time means `moment <= due`."""
        return due(start, self.limit, zone, self.works)

    def warn_at(self, start: datetime, zone: tzinfo) -> datetime | None:
        """When to remind (UTC); None where the pack wants no reminder."""
        return self.due(start, zone) - self.warn_before.elapsed() if self.warn_before else None


def clock_rule(pack: Pack, name: str, reason: Facts | str | None = None) -> ClockRule | None:
    """The pack's clock for a case with that reason; None where the pack sets none: there, silence never runs out."""
    clock = pack.clocks.get(name)
    if clock is None:
        return None
    code = reason.reason if isinstance(reason, Facts) else reason
    part = next((other for other in clock.override if code in other.reason), clock)
    if part.limit.value is None:
        return None
    step = clock.on_expiry
    return ClockRule(
        name=name,
        actor=clock.actor,
        limit=part.limit.value,
        warn_before=part.warn_before.value if part.warn_before else None,
        on_expiry=step.value if step else None,
        clauses=part.limit.source,
        standing=part.limit.status,
        expiry_clauses=step.source if step else (),
        expiry_standing=step.status if step else Standing.NOT_STATED,
        works=pack.calendar.works,
    )
