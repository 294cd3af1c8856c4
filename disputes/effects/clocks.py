"""Clock rows: opened, started by their notice, paused, resumed, closed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from disputes.db import db
from disputes.models import Case, Clock
from disputes.policies.clocks import ClockRule, clock_rule
from disputes.rules import version
from disputes.workflows.case import CASE
from disputes.workflows.core import Opens, State, Step
from disputes.workflows.roles import other_side

from .unit import Unit

# Clocks that run to a day somebody named: it comes no later because a case was closed for a while.
NAMED = frozenset(opens.clock for step in CASE.steps for opens in step.opens if opens.told)


def rule_of(case: Case, name: str) -> ClockRule | None:
    """The limit the shop's rules give this clock, by the version in force when the case was opened."""
    pack = version(case.pack, case.procedure_version) if case.procedure_version else None
    return clock_rule(pack, name, case.reason) if pack else None


def switched_off(case: Case) -> frozenset[str]:
    """Steps the shop's rules switch off."""
    pack = version(case.pack, case.procedure_version) if case.procedure_version else None
    return frozenset(step for step in pack.off if pack.is_off(step)) if pack else frozenset()


def desk_target(case: Case, now: datetime) -> datetime:
    """When the desk wants to have looked, from now: the operator's target, in elapsed hours of the case's rules."""
    rule = rule_of(case, "desk_target")
    return rule.due(now, UTC) if rule else now


def change(unit: Unit, step: Step, source: str | None, before: State | None, after: State, asked: str | None) -> None:
    """Close, pause, resume and open the case's clocks as `step` declares. `asked`: the side a request names."""
    if before is not None and (source != after.name or step.closes or step.opens):
        _leave(unit, step, before, after)
    for opens in step.opens:
        _open(unit, opens, asked)


def _leave(unit: Unit, step: Step, before: State, after: State) -> None:
    if after.pauses:
        return _pause(unit)
    keep = set(after.clocks) - set(step.closes) - {opens.clock for opens in step.opens}
    if before.pauses:
        _resume(unit)
    db.session.execute(
        update(Clock)
        .where(Clock.case_id == unit.case.id, Clock.closed_at.is_(None), Clock.name.not_in(keep))
        .values(closed_at=unit.now)
    )


def _open(unit: Unit, opens: Opens, asked: str | None) -> None:
    known = _told(unit, opens.clock) if opens.told else _ruled(unit, opens)
    if known is None:
        return  # the shop's rules give no such limit: silence is a value
    actor = opens.actor or asked or other_side(unit.actor.role)
    common = {"case_id": unit.case.id, "name": opens.clock, "actor": actor}
    unit.opened.append({**common, "opened_seq": unit.case.head_seq, "opened_at": unit.now, **known})


def _ruled(unit: Unit, opens: Opens) -> dict[str, Any] | None:
    """What the shop's rules say of a clock."""
    rule = rule_of(unit.case, opens.clock)
    if rule is None:
        return None
    span = {"due_at": None, "warn_at": None} if opens.on_notice else _span(unit, rule, unit.now)
    return {"pulls": rule.on_expiry, "standing": str(rule.standing), "clauses": list(rule.clauses), **span}


def _told(unit: Unit, clock: str) -> dict[str, Any]:
    """A clock whose end the step itself names, e.g. the day a delivery was promised for."""
    due = datetime.fromisoformat(unit.details["until"])
    pulls, clauses = CASE.clock_specs[clock].may_pull[0], list(unit.details["clauses"])
    return {"pulls": pulls, "standing": unit.details["standing"], "clauses": clauses, "due_at": due, "warn_at": None}


def _span(unit: Unit, rule: ClockRule, start: datetime) -> dict[str, datetime | None]:
    zone = ZoneInfo(unit.shop.zone)
    return {"due_at": rule.due(start, zone), "warn_at": rule.warn_at(start, zone)}


def start(unit: Unit, _record: object) -> None:
    """The notice was handed to the mailer: the clock it announced runs from now."""
    rule = rule_of(unit.case, unit.details["clock"])
    assert rule is not None, "a clock row was opened by its rule"
    for clock in _open_clocks(unit):
        if clock.name == unit.details["clock"]:
            span = _span(unit, rule, unit.now)
            clock.due_at, clock.warn_at = span["due_at"], span["warn_at"]
            if clock.paused_at is not None:  # the buyer closed the case while the notice was on its way
                clock.remaining_s = _rest(clock, unit.now)
    db.session.flush()


def extend(unit: Unit, _record: object) -> None:
    """A limit that ran out while we were away runs on to a new end."""
    due = datetime.fromisoformat(unit.details["due_at"])
    db.session.execute(
        update(Clock)
        .where(Clock.case_id == unit.case.id, Clock.name == unit.details["clock"], Clock.closed_at.is_(None))
        .values(due_at=due, held_at=None)
    )


def reopen(unit: Unit, _record: object) -> None:
    """The limit whose step was just taken back runs on: whoever only asked a question has not answered it."""
    fired = select(func.max(Clock.fired_seq)).where(Clock.case_id == unit.case.id).scalar_subquery()
    db.session.execute(
        update(Clock)
        .where(Clock.case_id == unit.case.id, Clock.fired_seq == fired)
        .values(closed_at=None, fired_seq=None)
    )


def _open_clocks(unit: Unit) -> Iterable[Clock]:
    query = select(Clock).where(Clock.case_id == unit.case.id, Clock.closed_at.is_(None))
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _pause(unit: Unit) -> None:
    for clock in _open_clocks(unit):
        clock.paused_at = unit.now
        # A clock that still waits for its notice has nothing left to count; -1 tells it apart.
        clock.remaining_s = _rest(clock, unit.now) if clock.due_at else -1


def _rest(clock: Clock, now: datetime) -> int:
    """Seconds left, rounded up: a pause takes nothing from anybody."""
    assert clock.due_at is not None
    return max(0, ceil((clock.due_at - now).total_seconds()))


def _resume(unit: Unit) -> None:
    for clock in _open_clocks(unit):
        if clock.paused_at is None or clock.remaining_s is None:
            continue
        if clock.due_at is not None and clock.name not in NAMED:
            moved = unit.now + timedelta(seconds=clock.remaining_s) - clock.due_at
            clock.due_at += moved
            clock.warn_at = clock.warn_at and clock.warn_at + moved
        clock.paused_at = clock.remaining_s = None
    db.session.flush()


def earliest(case: Case) -> Any:
    """SQL for the case's place in the queue: its earliest running limit, else the desk's own target."""
    running = (
        select(func.min(Clock.due_at))
        .where(Clock.case_id == case.id, Clock.closed_at.is_(None), Clock.paused_at.is_(None))
        .scalar_subquery()
    )
    return func.coalesce(running, case.desk_due_at)
