"""One step of a screening: decided under its order's lock, noted in its own history, told to the buyer."""

from datetime import datetime
from typing import Any

from disputes.db import db, insert_rows
from disputes.models import Outbox, Screening, Shop
from disputes.outbox import put
from disputes.text import Text
from disputes.workflows.core import Refused, Step, View
from disputes.workflows.screening import SCREENING, THEN

from . import EFFECTS, house
from .house_moves import GONE, STALE
from .screening_facts import screening_facts
from .unit import CLOCK_ACTOR, SYSTEM_ACTOR, Actor, HouseUnit, stepping


def take(
    record: Screening, trigger: str, actor: Actor, now: datetime, received_at: datetime, seen: int | None,
    details: dict[str, Any],
) -> tuple[Step, int]:  # fmt: skip
    """One step on a screening whose order is locked, and what follows from it by itself; the step, and its number."""
    shop = _shop(record)
    facts, entitled = screening_facts(record, shop, actor, received_at)
    if not entitled:
        raise Refused(GONE)
    if seen is not None and seen != record.version:
        raise Refused(STALE)
    unit = HouseUnit(record, shop, actor, now, received_at, details=details)
    step, seq = _move(unit, trigger, facts)
    facts, _ = screening_facts(record, shop, SYSTEM_ACTOR, received_at)
    follows = (SCREENING.by_trigger[name] for name in THEN.get(record.state, ()))
    if then := next((one for one in follows if one.shown(View(SYSTEM_ACTOR.role, facts))), None):
        unit.actor, unit.details = SYSTEM_ACTOR, {}
        _move(unit, then.trigger, facts)
    insert_rows(Outbox, unit.outbox)
    return step, seq


def lapse(record: Screening, *, now: datetime) -> bool:
    """Close an order whose invoice nobody paid in time. The order is locked; False: somebody was quicker."""
    shop = _shop(record)
    facts, _ = screening_facts(record, shop, CLOCK_ACTOR, now)
    if shop.steps_stopped_at is not None or record.state != "invoice_sent" or not facts.over:
        return False
    unit = HouseUnit(record, shop, CLOCK_ACTOR, now, record.due_at or now)
    _move(unit, "lapse", facts)
    insert_rows(Outbox, unit.outbox)
    return True


def choices(record: Screening, shop: Shop, actor: Actor, received_at: datetime) -> list[tuple[Step, Text | None]]:
    """What `actor` sees on a screening now: each step with None, or with the reason why it is shut."""
    facts, entitled = screening_facts(record, shop, actor, received_at)
    return list(SCREENING.choices(record.state, View(actor.role, facts))) if entitled else []


def _shop(record: Screening) -> Shop:
    shop = db.session.get(Shop, record.shop_id)
    assert shop is not None, "a screening without its shop"
    return shop


def _move(unit: HouseUnit, trigger: str, facts: Any) -> tuple[Step, int]:
    screening = unit.root
    assert isinstance(screening, Screening)
    source = screening.state
    step, screening.state = SCREENING.fire(trigger, source, View(unit.actor.role, facts))
    screening.version, screening.changed_at = screening.version + 1, unit.now
    with stepping():
        for effect in step.effects:
            EFFECTS[effect](unit, screening)
        db.session.flush()
    seq = note(screening, step, unit.actor, now=unit.now, received_at=unit.received_at, source=source,
               details=dict(unit.details))  # fmt: skip
    for tell in step.tells:
        payload = {"topic": tell.topic, "screening": screening.id}
        unit.outbox.append(put.row("screening_mail", f"mail-screening-{screening.id}-{seq}", payload, case_id=None))
    return step, seq


def note(
    screening: Screening, step: Step, actor: Actor, *, now: datetime, received_at: datetime, source: str | None,
    details: dict[str, Any],
) -> int:  # fmt: skip
    """Write a step into the screening's history: with its amount and last day, once there are any."""
    due = screening.due_at.isoformat() if screening.due_at else None
    told = {"order": screening.order_id, "invoice_minor": screening.invoice_minor, "due_at": due}
    return house.note(
        screening, step.trigger, actor, at=now, received_at=received_at, shop_id=screening.shop_id, source=source,
        dest=screening.state, details={**told, **details},
    )  # fmt: skip
