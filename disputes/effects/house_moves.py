"""One step of a record whose root is an account or a seller: decided, noted in the root's history, told."""

from datetime import datetime
from typing import Any

from disputes.db import db, insert_rows
from disputes.models import Account, Outbox, Restriction, Seller, Shop
from disputes.outbox import put
from disputes.text import N_, Text
from disputes.workflows.core import Refused, Step, View
from disputes.workflows.restriction import RESTRICTION, RestrictionFacts

from . import EFFECTS, house
from .house_facts import restriction_facts
from .restrictions import scopes_of
from .unit import CLOCK_ACTOR, Actor, HouseUnit, stepping
from .words import Words

STALE = Text(N_("Someone has acted on this since you opened it."))
GONE = Text(N_("You no longer have access to this."))


def take(
    record: Restriction, trigger: str, actor: Actor, now: datetime, received_at: datetime, seen: int | None,
    details: dict[str, Any],
) -> tuple[Step, int]:  # fmt: skip
    """One step on a restriction whose subject is locked; the step, and its number in the subject's history."""
    root, shop = _root(record)
    if fire_due(record, now=now, received_at=received_at):
        seen = None
    facts, entitled = restriction_facts(record, actor, received_at)
    if not entitled:
        raise Refused(GONE)
    if seen is not None and seen != record.version:
        raise Refused(STALE)
    step = _move(HouseUnit(root, shop, actor, now, received_at, details=details), record, trigger, facts)
    return step, root.head_seq


def fire_due(record: Restriction, *, now: datetime, received_at: datetime) -> list[str]:
    """Let a restriction on a locked root begin or end whose time had come before `received_at`. Returns the steps."""
    root, shop = _root(record)
    if shop.steps_stopped_at is not None:
        return []  # a lead stopped what happens by itself in this shop
    fired = []
    for trigger, due in (("begin", record.starts_at), ("end", record.ends_at)):
        facts = restriction_facts(record, CLOCK_ACTOR, received_at)[0]
        shown = RESTRICTION.choices(record.state, View(CLOCK_ACTOR.role, facts))
        if trigger in {step.trigger for step, _ in shown}:
            _move(HouseUnit(root, shop, CLOCK_ACTOR, now, due or now), record, trigger, facts)
            fired.append(trigger)
    return fired


def choices(record: Restriction, actor: Actor, received_at: datetime) -> list[tuple[Step, Text | None]]:
    """What `actor` sees on a restriction now: each step with None, or with the reason why it is shut."""
    facts, entitled = restriction_facts(record, actor, received_at)
    return list(RESTRICTION.choices(record.state, View(actor.role, facts))) if entitled else []


def _root(record: Restriction) -> tuple[Account | Seller, Shop]:
    """The locked account or seller of a restriction and its shop, both already in the session."""
    account, seller = record.account_id, record.seller_id
    root = db.session.get(Account, account) if account is not None else db.session.get(Seller, seller)
    shop = db.session.get(Shop, record.shop_id)
    assert root is not None and shop is not None, "a restriction without its subject or shop"
    return root, shop


def _move(unit: HouseUnit, restriction: Restriction, trigger: str, facts: RestrictionFacts) -> Step:
    """Decide one step and write all that follows from it; its event is the last of the root's history."""
    source = restriction.state
    step, restriction.state = RESTRICTION.fire(trigger, source, View(unit.actor.role, facts))
    restriction.version, restriction.changed_at = restriction.version + 1, unit.now
    for effect in step.effects:
        EFFECTS[effect](unit, restriction)
    with stepping():
        db.session.flush()
    seq = house.note(
        unit.root, step.trigger, unit.actor, at=unit.now, received_at=unit.received_at, shop_id=unit.shop.id,
        record=RESTRICTION.name, record_id=restriction.id, source=source, dest=restriction.state,
        details=_told(restriction, step) | dict(unit.details),
    )  # fmt: skip
    for tell in step.tells:
        payload = {"topic": tell.topic, "restriction": restriction.id, "seq": seq}
        key = f"mail-{unit.root.__tablename__}-{unit.root.id}-{seq}-{tell.topic}"
        unit.outbox.append(put.row("restriction_mail", key, payload, case_id=None))
    insert_rows(Outbox, unit.outbox)
    return step


def _told(restriction: Restriction, step: Step) -> dict[str, Any]:
    """What every event of a restriction says of it; the first commits to its reasons."""
    starts, ends = restriction.starts_at, restriction.ends_at
    words = Words(restriction.reasons, restriction.salt).commitment if step.source == (RESTRICTION.begin.dest,) else ""
    return {
        **({"words": words} if words else {}),
        "case": restriction.case_id,
        "scopes": list(scopes_of(restriction)),
        "starts_at": starts.isoformat() if starts else None,
        "ends_at": ends.isoformat() if ends else None,
    }
