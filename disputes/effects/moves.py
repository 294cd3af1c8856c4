"""One unit's moves: a step decided, noted, told, and what its row says must follow; then everything written once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select

from disputes.db import db, insert_rows
from disputes.models import (
    Case,
    Chargeback,
    Clock,
    Decision,
    Event,
    Freeze,
    Outbox,
    Outcome,
    PublishedRules,
    Referral,
    Refund,
    Restriction,
    Screening,
    Voucher,
)
from disputes.outbox import put
from disputes.workflows import WORKFLOWS
from disputes.workflows.case import RESTRICTED
from disputes.workflows.core import BENEATH, Follow, Refused, Step, Tell, View, Workflow
from disputes.workflows.outcome import RESTRICT
from disputes.workflows.roles import REVIEWER, other_side

from . import EFFECTS, books, chain, clocks, house
from .facts import case_facts, outcome_facts
from .referred import referral_facts
from .unit import SYSTEM_ACTOR, Unit
from .vouchers import voucher_facts
from .words import Words

NOTHING = "no_remedy"
Record = Case | Outcome | Refund | Referral | Voucher
TABLES: dict[type, Workflow] = {
    Case: WORKFLOWS["case"], Outcome: WORKFLOWS["outcome"], Refund: WORKFLOWS["refund"],
    Restriction: WORKFLOWS["restriction"], Referral: WORKFLOWS["referral"],
    PublishedRules: WORKFLOWS["published_rules"], Chargeback: WORKFLOWS["chargeback"], Freeze: WORKFLOWS["freeze"],
    Screening: WORKFLOWS["screening"], Voucher: WORKFLOWS["voucher"],
}  # fmt: skip


def move(unit: Unit, record: Record, trigger: str, facts: Any) -> Step:
    """Decide one step and collect what it writes; then the steps on other records that its row declares."""
    workflow = TABLES[type(record)]
    view = View(unit.actor.role, facts, clocks.switched_off(unit.case))
    if isinstance(record, Case) and trigger in workflow.covering:
        return _cover(unit, record, workflow, trigger, view)
    source = record.state
    step, dest = workflow.fire(trigger, source, view)
    record.state, record.version = dest, record.version + 1
    if isinstance(record, Case):
        _follow_state(record, workflow, step, source, unit.now)
    else:
        record.changed_at = unit.now
    seq = note(unit, record, step, source, dest)
    unit.seqs.append(seq)
    for effect in step.effects:
        EFFECTS[effect](unit, record)
    if isinstance(record, Case):
        states = workflow.by_name
        clocks.change(unit, step, source, states[source], states[dest], unit.details.get("side"))
    tell(unit, step.tells, seq)
    for follow in step.then:
        _follow(unit, record, follow)
    return step


def _cover(unit: Unit, case: Case, workflow: Workflow, trigger: str, view: View) -> Step:
    """Lay a confidential state over a case, or lift it. Nothing beneath changes: nothing may tell that it was there."""
    source = case.cover or case.state
    step, dest = workflow.fire(trigger, source, view)
    case.cover, case.version = None if step.dest == BENEATH else dest, case.version + 1
    unit.seqs.append(note(unit, case, step, source, case.cover or case.state))
    return step


def _follow_state(case: Case, workflow: Workflow, step: Step, source: str, now: datetime) -> None:
    if not step.private:
        case.public_state, case.public_version = _public(case), case.public_version + 1
    case.is_open = workflow.by_name[case.state].open
    if case.state != source and workflow.by_name[case.state].turn == REVIEWER:
        case.desk_due_at = clocks.desk_target(case, now)
    if case.state != source:
        case.dropped_from = source if workflow.by_name[case.state].pauses else None


def _public(case: Case) -> str:
    """What parties are shown: that somebody's account was restricted is between them and us (DESIGN 4), so a case that
    stands there stands for them where the last decision about the order took it."""
    if case.state != RESTRICTED:
        return case.state
    of_order = (Decision.case_id == case.id, Decision.decided_at.is_not(None), Decision.kind != RESTRICTED)
    return db.session.scalar(select(Decision.kind).where(*of_order).order_by(Decision.id.desc()).limit(1)) or NOTHING


def note(unit: Unit, record: Record, step: Step, source: str | None, dest: str) -> int:
    """Append exactly one event to the case's history, or to a referral's own; returns its number."""
    if isinstance(record, Referral):
        return house.note(
            record, step.trigger, unit.actor, at=unit.now, shop_id=unit.shop.id, record_id=record.id, source=source,
            dest=dest, received_at=unit.received_at, details=unit.details,
        )  # fmt: skip
    event = {
        "case_id": unit.case.id, "record": TABLES[type(record)].name, "record_id": record.id, "trigger": step.trigger,
        "source": source, "dest": dest, "role": unit.actor.role, "actor_id": unit.actor.id,
        "on_behalf_of": unit.actor.on_behalf_of, "at": unit.now, "received_at": unit.received_at,
        "details": unit.details if isinstance(record, Case) else _amounts(record) | _typed(unit),
    }  # fmt: skip
    unit.events.append(chain.append(unit.case, event))
    if not step.private and not (isinstance(record, Outcome) and record.kind == RESTRICT):
        unit.case.public_seq += 1
    return unit.case.head_seq


def _typed(unit: Unit) -> dict[str, Any]:
    """What a person wrote with this step, as the history is told of it."""
    return {"words": unit.details["words"]} if unit.details.get("words") else {}


def _amounts(record: Outcome | Refund | Voucher) -> dict[str, Any]:
    facts: dict[str, Any] = {"amount_minor": record.amount_minor, "currency": record.currency}
    if isinstance(record, Voucher):
        return facts | {"text": Words(record.words, record.salt).commitment}
    return facts | ({"kind": record.kind} if isinstance(record, Outcome) else {"key": record.key})


def tell(unit: Unit, tells: Sequence[Tell], seq: int) -> None:
    case = unit.case
    waiting = {row["actor"]: row["name"] for row in unit.opened if row["due_at"] is None and row["opened_seq"] == seq}
    for tell in tells:
        to = tell.to or unit.details.get("side") or other_side(unit.actor.role)
        payload = {"topic": tell.topic, "to": to, "seq": seq, "clock": waiting.get(to)}
        unit.outbox.append(
            # Readers get the key as the mail's number: what they may not know of must not count in it.
            put.row("mail", f"mail-{case.id}-{case.public_seq}-{tell.topic}-{to}", payload, case_id=case.id)
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
    if isinstance(record, Referral):
        return referral_facts(record, unit.case, unit.actor)
    if isinstance(record, Voucher):
        return voucher_facts(record, unit.case, unit.shop, unit.actor)
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
    """Everything a unit collected, in the order of locks: records, clocks, history, books, outbox."""
    insert_rows(Clock, unit.opened)
    if any(event["trigger"] not in TABLES[Case].covering for event in unit.events):
        unit.case.queue_at = clocks.earliest(unit.case)
    db.session.flush()
    insert_rows(Event, unit.events)
    books.write(unit.moved)
    insert_rows(Outbox, unit.outbox)
