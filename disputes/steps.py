"""take_step: the only thing that changes a state. It fires what is overdue, decides, and writes everything once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import event as sa_event
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, attributes

from disputes.db import db, insert_rows
from disputes.effects import EFFECTS, chain, clocks
from disputes.effects.facts import case_facts, outcome_facts
from disputes.effects.unit import CLOCK_ACTOR, SYSTEM_ACTOR, Actor, Unit
from disputes.models import Case, Clock, Event, Outbox, Outcome, Refund, Shop
from disputes.outbox import put
from disputes.text import N_, Text
from disputes.workflows import WORKFLOWS
from disputes.workflows.case_facts import CaseFacts
from disputes.workflows.core import Follow, Refused, Step, Tell, View, Workflow
from disputes.workflows.roles import PARTIES, REVIEWER, other_side

__all__ = ["Actor", "Refused", "begin", "choices", "fire_overdue", "lock_case", "take_step"]


class Taken(NamedTuple):
    """A step that was taken, and its number in the history."""

    step: Step
    seq: int


Record = Case | Outcome | Refund
TABLES: dict[type, Workflow] = {Case: WORKFLOWS["case"], Outcome: WORKFLOWS["outcome"], Refund: WORKFLOWS["refund"]}
STALE = Text(N_("Someone has acted on this case since you opened it."))
GONE = Text(N_("You no longer have access to this case."))


def lock_case(case_id: int | str) -> tuple[Case, Shop] | None:
    """Lock a case by its id or public id, as the first statement of a write transaction. None: no such case."""
    column = Case.public_id if isinstance(case_id, str) else Case.id
    query = select(Case, Shop).join(Shop, Shop.id == Case.shop_id).where(column == case_id)
    # populate_existing: without it the session hands back the row as it was before we waited for the lock.
    locked = query.with_for_update(of=Case).execution_options(populate_existing=True)
    row = db.session.execute(locked).one_or_none()
    return (row[0], row[1]) if row else None


def take_step(
    record: Record, trigger: str, actor: Actor, *, now: datetime, received_at: datetime,
    seen_version: int | None = None, details: Mapping[str, Any] | None = None,
) -> Taken:  # fmt: skip
    """Take one step on a record whose case is locked, and write all that follows from it. The caller commits.

    `now` and `received_at` are the shop's domain time. Raises Refused with the reason; its `late` names the limit
    that had run out before `received_at`."""
    case, shop = _root(record)
    facts, entitled, overdue = case_facts(case, actor, received_at)
    if not entitled:
        raise Refused(GONE)
    late = fire_overdue(case, now=now, received_at=received_at) if overdue else None
    restored = _restore(case, trigger, facts, now=now, received_at=received_at)
    if late or restored:
        facts, _, _ = case_facts(case, actor, received_at)
    elif seen_version is not None and seen_version != _seen(case, actor):
        raise Refused(STALE)
    unit = Unit(case, shop, actor, now, received_at, details=dict(details or {}))
    with _stepping():
        try:
            step = _move(unit, record, trigger, facts if record is case else _facts_of(unit, record, trigger))
        except Refused as refused:
            refused.late = late or _missed(case, actor, received_at)
            raise
        _write(unit)
    return Taken(step, unit.events[0]["seq"])


def _missed(case: Case, actor: Actor, received_at: datetime) -> str | None:
    """The limit of this actor's that had pulled its step before, if nothing has been theirs to do since."""
    query = (
        select(Clock.name)
        .where(Clock.case_id == case.id, Clock.actor == actor.role, Clock.due_at < received_at)
        .where(~exists().where(Event.case_id == case.id, Event.seq > Clock.fired_seq, Event.role == actor.role))
        .where(Clock.fired_seq.is_not(None))
    )
    return db.session.scalars(query.limit(1)).first()


def _root(record: Record) -> tuple[Case, Shop]:
    """The locked case of a record and its shop, both already in the session."""
    case = record if isinstance(record, Case) else db.session.get(Case, record.case_id)
    assert case is not None, "a record without its case"
    shop = db.session.get(Shop, case.shop_id)
    assert shop is not None, "a case without its shop"
    return case, shop


def _restore(case: Case, trigger: str, facts: CaseFacts, *, now: datetime, received_at: datetime) -> bool:
    """An answer that arrived in time wins over a sweep that ran before it was read: take the sweep's step back."""
    wanted = WORKFLOWS["case"].by_trigger.get(trigger)
    if not facts.silence_undone or wanted is None or case.state in wanted.source:
        return False
    unit = Unit(*_root(case), SYSTEM_ACTOR, now, received_at)
    with _stepping():
        _move(unit, case, "answer_was_in_time", facts)
        _write(unit)
    return True


@contextmanager
def _stepping() -> Iterator[None]:
    info = db.session().info
    before, info["stepping"] = info.get("stepping", False), True
    try:
        yield
    finally:
        info["stepping"] = before


def begin(
    case: Case, actor: Actor, *, now: datetime, received_at: datetime, details: Mapping[str, Any], then: str
) -> None:
    """Write a new case's first event, and the step `then` that sends it on its way."""
    unit = Unit(*_root(case), actor, now, received_at, details=dict(details))
    first = WORKFLOWS["case"].begin
    with _stepping():
        _tell(unit, first.tells, _note(unit, case, first, None))
        unit.actor, unit.details = SYSTEM_ACTOR, {}
        _move(unit, case, then, case_facts(case, SYSTEM_ACTOR, received_at)[0])
        _write(unit)


def fire_overdue(case: Case, *, now: datetime, received_at: datetime) -> str | None:
    """Let every limit with due_at < received_at pull its step, in order. Returns the name of the last that did."""
    fired = None
    with _stepping():
        while clock := _next_overdue(case, received_at):
            clock.closed_at = now
            if clock.pulls and _pull(case, clock, now):
                fired = clock.name
            db.session.flush()
    return fired


def _pull(case: Case, clock: Clock, now: datetime) -> bool:
    assert clock.pulls and clock.due_at
    details = {"clock": clock.name, "due_at": clock.due_at.isoformat()}
    unit = Unit(*_root(case), CLOCK_ACTOR, now, clock.due_at, details=details)
    try:
        _move(unit, case, clock.pulls, case_facts(case, CLOCK_ACTOR, clock.due_at)[0])
    except Refused:
        return False  # the limit has passed, the step is shut: the desk's target brings the case before a person
    clock.fired_seq = case.head_seq
    _write(unit)
    return True


def _next_overdue(case: Case, received_at: datetime) -> Clock | None:
    query = (
        select(Clock)
        .where(Clock.case_id == case.id, Clock.closed_at.is_(None), Clock.paused_at.is_(None))
        .where(Clock.due_at < received_at)
        .order_by(Clock.due_at, Clock.id)
        .limit(1)
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def choices(case: Case, actor: Actor, facts: CaseFacts) -> list[tuple[Step, Text | None]]:
    """What `actor` sees on a case now: each step with None, or with the reason why it is shut."""
    view = View(actor.role, facts, clocks.switched_off(case))
    return list(WORKFLOWS["case"].choices(case.state, view))


def _seen(case: Case, actor: Actor) -> int:
    # Parties are shown a version of their own, which a confidential step leaves untouched.
    return case.public_version if actor.role in PARTIES else case.version


def _move(unit: Unit, record: Record, trigger: str, facts: Any) -> Step:
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
    seq = _note(unit, record, step, source)
    for effect in step.effects:
        EFFECTS[effect](unit, record)
    if isinstance(record, Case):
        states = workflow.by_name
        clocks.change(unit, step, source, states[source], states[dest], unit.details.get("side"))
    _tell(unit, step.tells, seq)
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


def _note(unit: Unit, record: Record, step: Step, source: str | None) -> int:
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


def _tell(unit: Unit, tells: Sequence[Tell], seq: int) -> None:
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
            _move(unit, target, follow.trigger, _facts_of(unit, target, follow.trigger))
        except Refused:
            if not follow.when_open:
                raise
    unit.actor, unit.details = actor, details


def _facts_of(unit: Unit, record: Record, trigger: str) -> Any:
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


def _write(unit: Unit) -> None:
    """Everything a unit collected, in the order of locks: records, clocks, history, outbox."""
    insert_rows(Clock, unit.opened)
    unit.case.queue_at = clocks.earliest(unit.case)
    db.session.flush()
    insert_rows(Event, unit.events)
    insert_rows(Outbox, unit.outbox)


@sa_event.listens_for(db.session, "before_flush")
def _refuse_stray_states(session: Session, _context: Any, _instances: Any) -> None:
    """A state changed by anything but take_step is a bug that must not reach the database."""
    if session.info.get("stepping"):
        return
    for record in (*session.dirty, *session.new):
        workflow = TABLES.get(type(record))
        if workflow is None:
            continue
        changed = attributes.get_history(record, "state").has_changes()
        if changed and (record in session.dirty or record.state != workflow.begin.dest):
            raise RuntimeError(f"{record!r}: a state is changed by take_step alone")
