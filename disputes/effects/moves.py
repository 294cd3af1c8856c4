"""One unit's moves: a step decided, noted, told, and what its row says must follow; then everything written once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select

from disputes.db import db, insert_rows
from disputes.models import Case, Clock, Event, Outbox, Outcome, Refund
from disputes.outbox import put
from disputes.workflows import WORKFLOWS
from disputes.workflows.core import Follow, Refused, Step, Tell, View, Workflow
from disputes.workflows.roles import REVIEWER, other_side

from . import EFFECTS, chain, clocks
from .facts import case_facts, outcome_facts
from .unit import SYSTEM_ACTOR, Unit

Record = Case | Outcome | Refund
TABLES: dict[type, Workflow] = {Case: WORKFLOWS["case"], Outcome: WORKFLOWS["outcome"], Refund: WORKFLOWS["refund"]}


def move(unit: Unit, record: Record, trigger: str, facts: Any) -> Step:
    """Decide one step and collect what it writes; then the steps on other records that its row declares."""
    workflow = TABLES[type(record)]
    view = View(unit.actor.role, facts, clocks.switched_off(unit.case))
    source = record.state
    step, dest = workflow.fire(trigger, source, view)
    record.state, record.version = dest, record.version + 1
    if isinstance(record, Case):
        _follow_state(record, workflow, step, source, unit.now)
    else:
        record.changed_at = unit.now
    seq = note(unit, record, step, source)
    for effect in step.effects:
        EFFECTS[effect](unit, record)
    if isinstance(record, Case):
        states = workflow.by_name
        clocks.change(unit, step, source, states[source], states[dest], unit.details.get("side"))
    tell(unit, step.tells, seq)
    for follow in step.then:
        _follow(unit, record, follow)
    return step


def _follow_state(case: Case, workflow: Workflow, step: Step, source: str, now: datetime) -> None:
    if not step.private:
        case.public_state, case.public_version = case.state, case.public_version + 1
    case.is_open = workflow.by_name[case.state].open
    if case.state != source and workflow.by_name[case.state].turn == REVIEWER:
        case.desk_due_at = clocks.desk_target(case, now)
    if case.state != source:
        case.dropped_from = source if workflow.by_name[case.state].pauses else None


def note(unit: Unit, record: Record, step: Step, source: str | None) -> int:
    """Append exactly one event to the case's history; returns its number."""
    event = {
        "record": TABLES[type(record)].name, "record_id": record.id, "trigger": step.trigger,
        "source": source, "dest": record.state, "role": unit.actor.role, "actor_id": unit.actor.id,
        "on_behalf_of": unit.actor.on_behalf_of, "at": unit.now, "received_at": unit.received_at,
        "details": unit.details if isinstance(record, Case) else _amounts(record),
    }  # fmt: skip
    unit.events.append(chain.append(unit.case, event))
    if not step.private:
        unit.case.public_seq = unit.case.head_seq
    return unit.case.head_seq


def _amounts(record: Outcome | Refund) -> dict[str, Any]:
    facts: dict[str, Any] = {"amount_minor": record.amount_minor, "currency": record.currency}
    return facts | ({"kind": record.kind} if isinstance(record, Outcome) else {"key": record.key})


def tell(unit: Unit, tells: Sequence[Tell], seq: int) -> None:
    waiting = {row["actor"]: row["name"] for row in unit.opened if row["due_at"] is None and row["opened_seq"] == seq}
    for tell in tells:
        to = tell.to or unit.details.get("side") or other_side(unit.actor.role)
        payload = {"topic": tell.topic, "to": to, "seq": seq, "clock": waiting.get(to)}
        unit.outbox.append(
            put.row("mail", f"mail-{unit.case.id}-{seq}-{tell.topic}-{to}", payload, case_id=unit.case.id)
        )


def _follow(unit: Unit, record: Record, follow: Follow) -> None:
    targets = FOLLOWED[follow.record](unit, record)
    actor, unit.actor = unit.actor, SYSTEM_ACTOR
    details, unit.details = unit.details, {}
    for target in targets:
        try:
            move(unit, target, follow.trigger, facts_of(unit, target, follow.trigger))
        except Refused:
            if not follow.when_open:
                raise
    unit.actor, unit.details = actor, details


def facts_of(unit: Unit, record: Record, trigger: str) -> Any:
    """What the record's table may look at; nothing is asked of the database where the step has nothing to check."""
    step = TABLES[type(record)].by_trigger[trigger]
    if not step.when and not step.guards:
        return None
    db.session.flush()
    if isinstance(record, Case):
        return case_facts(record, unit.actor, unit.received_at)[0]
    return outcome_facts(record) if isinstance(record, Outcome) else None


def _of_decision(unit: Unit, _record: Record) -> Sequence[Record]:
    query = select(Outcome).where(Outcome.decision_id == unit.details["decision"]).order_by(Outcome.id)
    return db.session.scalars(query).all()


def _its_outcome(_unit: Unit, record: Record) -> Sequence[Record]:
    query = select(Outcome).where(Outcome.id == cast(Refund, record).outcome_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


FOLLOWED: dict[str, Callable[[Unit, Record], Sequence[Record]]] = {
    "outcomes": _of_decision,
    "outcome": _its_outcome,
    "case": lambda unit, _record: [unit.case],
}


def write(unit: Unit) -> None:
    """Everything a unit collected, in the order of locks: records, clocks, history, outbox."""
    insert_rows(Clock, unit.opened)
    unit.case.queue_at = clocks.earliest(unit.case)
    db.session.flush()
    insert_rows(Event, unit.events)
    insert_rows(Outbox, unit.outbox)
