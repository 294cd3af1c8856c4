"""take_step: the only thing that changes a state. It fires what is overdue, decides, and writes everything once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import event as sa_event
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, attributes

from disputes.db import db
from disputes.effects import EFFECTS, clocks, house_moves, moves, payment_moves, rules_moves, screening_moves
from disputes.effects.facts import case_facts
from disputes.effects.moves import TABLES, Record
from disputes.effects.unit import CLOCK_ACTOR, SYSTEM_ACTOR, Actor, Unit, stepping
from disputes.models import (
    Case,
    Chargeback,
    Clock,
    Event,
    Freeze,
    PublishedRules,
    Referral,
    Restriction,
    Screening,
    Shop,
)
from disputes.text import N_, Text
from disputes.workflows import WORKFLOWS
from disputes.workflows.case_facts import CaseFacts
from disputes.workflows.core import Refused, Step, View
from disputes.workflows.roles import PARTIES

__all__ = ["Actor", "Record", "Refused", "begin", "choices", "fire_overdue", "lock_case", "take_step"]

STALE = Text(N_("Someone has acted on this case since you opened it."))
GONE = Text(N_("You no longer have access to this case."))


class Taken(NamedTuple):
    """A step that was taken, and its number in the history."""

    step: Step
    seq: int


def lock_case(case_id: int | str) -> tuple[Case, Shop] | None:
    """Lock a case by its id or public id, as the first statement of a write transaction. None: no such case."""
    column = Case.public_id if isinstance(case_id, str) else Case.id
    query = select(Case, Shop).join(Shop, Shop.id == Case.shop_id).where(column == case_id)
    # populate_existing: without it the session hands back the row as it was before we waited for the lock.
    locked = query.with_for_update(of=Case).execution_options(populate_existing=True)
    row = db.session.execute(locked).one_or_none()
    return (row[0], row[1]) if row else None


def take_step(
    record: Record | Restriction | PublishedRules | Chargeback | Freeze | Screening, trigger: str, actor: Actor, *,
    now: datetime, received_at: datetime, seen_version: int | None = None, details: Mapping[str, Any] | None = None,
) -> Taken:  # fmt: skip
    """Take one step on a record whose root is locked, and write all that follows from it. The caller commits.

    The root of a restriction is its account or seller, of shop rules they themselves, of a chargeback or a freeze its
    payment, of a screening its order, of everything else its case.
    `now` and `received_at` are the shop's domain time, of shop rules real time. Raises Refused with the reason; its
    `late` names the limit that had run out before `received_at`."""
    if isinstance(record, Restriction):
        return Taken(*house_moves.take(record, trigger, actor, now, received_at, seen_version, dict(details or {})))
    if isinstance(record, PublishedRules):
        return Taken(*rules_moves.take(record, trigger, actor, now, received_at, seen_version, dict(details or {})))
    if isinstance(record, Chargeback | Freeze):
        return Taken(*payment_moves.take(record, trigger, actor, now, received_at, seen_version, dict(details or {})))
    if isinstance(record, Screening):
        return Taken(*screening_moves.take(record, trigger, actor, now, received_at, seen_version, dict(details or {})))
    case, shop = _root(record)
    facts, entitled, overdue = case_facts(case, actor, received_at)
    if not entitled:
        raise Refused(GONE)
    late, restored = None, False
    if not isinstance(record, Referral):  # a limit that ran out at its moment would tell that somebody was there
        late = fire_overdue(case, now=now, received_at=received_at) if overdue else None
        restored = _restore(case, trigger, facts, now=now, received_at=received_at)
    if late or restored:
        facts, _, _ = case_facts(case, actor, received_at)
    elif seen_version is not None and seen_version != _seen(record, case, actor):
        raise Refused(STALE, late=_missed(case, actor, received_at))
    unit = Unit(case, shop, actor, now, received_at, details=dict(details or {}))
    with stepping():
        try:
            step = moves.move(unit, record, trigger, facts if record is case else moves.facts_of(unit, record, trigger))
        except Refused as refused:
            refused.late = late or _missed(case, actor, received_at)
            raise
        moves.write(unit)
    return Taken(step, unit.seqs[0])


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
    if facts.silenced_in is None or wanted is None or case.state in wanted.source:
        return False
    unit = Unit(*_root(case), SYSTEM_ACTOR, now, received_at)
    with stepping():
        moves.move(unit, case, f"answer_in_time_{facts.silenced_in}", facts)
        moves.write(unit)
    return True


def begin(
    case: Case, actor: Actor, *, now: datetime, received_at: datetime, details: Mapping[str, Any], then: str,
    told: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write a new case's first event, and the step `then` that sends it on its way, with what is `told` of it."""
    unit = Unit(*_root(case), actor, now, received_at, details=dict(details))
    first = WORKFLOWS["case"].begin
    with stepping():
        moves.tell(unit, first.tells, moves.note(unit, case, first, None, case.state))
        for effect in first.effects:
            EFFECTS[effect](unit, case)
        unit.actor, unit.details = SYSTEM_ACTOR, dict(told or {})
        moves.move(unit, case, then, case_facts(case, SYSTEM_ACTOR, received_at)[0])
        moves.write(unit)


def fire_overdue(case: Case, *, now: datetime, received_at: datetime) -> str | None:
    """Let every limit with due_at < received_at pull its step, in order. Returns the name of the last that did."""
    fired = None
    if _root(case)[1].steps_stopped_at is not None:
        return None  # a lead stopped what happens by itself in this shop
    with stepping():
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
        moves.move(unit, case, clock.pulls, case_facts(case, CLOCK_ACTOR, clock.due_at)[0])
    except Refused:
        return False  # the limit has passed, the step is shut: the desk's target brings the case before a person
    clock.fired_seq = case.head_seq
    moves.write(unit)
    return True


def _next_overdue(case: Case, received_at: datetime) -> Clock | None:
    query = (
        select(Clock)
        .where(Clock.case_id == case.id, Clock.closed_at.is_(None), Clock.paused_at.is_(None))
        .where(Clock.due_at < received_at, Clock.held_at.is_(None))
        .order_by(Clock.due_at, Clock.id)
        .limit(1)
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def choices(case: Case, actor: Actor, facts: CaseFacts) -> list[tuple[Step, Text | None]]:
    """What `actor` sees on a case now: each step with None, or with the reason why it is shut."""
    view = View(actor.role, facts, clocks.switched_off(case))
    return list(WORKFLOWS["case"].choices(case.state, view))


def _seen(record: Record, case: Case, actor: Actor) -> int:
    if isinstance(record, Referral):
        return record.version
    # Parties are shown a version of their own, which a confidential step leaves untouched.
    return case.public_version if actor.role in PARTIES else case.version


@sa_event.listens_for(db.session, "before_flush")
def _refuse_stray_states(session: Session, _context: Any, _instances: Any) -> None:
    """A state changed by anything but take_step is a bug that must not reach the database."""
    if session.info.get("stepping"):
        return
    for record in (*session.dirty, *session.new):
        workflow = TABLES.get(type(record))
        if workflow is None:
            continue
        names = ("state", "cover") if isinstance(record, Case) else ("state",)
        changed = any(attributes.get_history(record, name).has_changes() for name in names)
        if changed and (record in session.dirty or record.state != workflow.begin.dest):
            raise RuntimeError(f"{record!r}: a state is changed by take_step alone")
