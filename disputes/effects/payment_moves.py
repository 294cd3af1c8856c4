"""One step of what happens to a payment, a chargeback or a freeze: decided, noted in the payment's history, booked."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from disputes.db import db, insert_rows
from disputes.models import Allocation, Chargeback, Freeze, Grant, Order, Outbox, Payment, Shop
from disputes.text import Text
from disputes.workflows import WORKFLOWS
from disputes.workflows.chargeback import PaymentFacts
from disputes.workflows.core import Refused, Step, View

from . import EFFECTS, books, house
from .house_moves import GONE, STALE
from .second import digest
from .unit import Actor, PaymentUnit, stepping
from .words import Words

Record = Chargeback | Freeze


def take(
    record: Record, trigger: str, actor: Actor, now: datetime, received_at: datetime, seen: int | None,
    details: dict[str, Any],
) -> tuple[Step, int]:  # fmt: skip
    """One step on a record whose payment is locked; the step, and its number in the payment's history.

    `details` of an approval name the `read` plan: Refused when it is another by now."""
    facts, entitled = payment_facts(record, actor, details.pop("read", None))
    if not entitled:
        raise Refused(GONE)
    if seen is not None and seen != record.version:
        raise Refused(STALE)
    payment, shop = db.session.get(Payment, record.payment_id), db.session.get(Shop, record.shop_id)
    assert payment is not None and shop is not None, "a record without its payment or shop"
    unit = PaymentUnit(payment, shop, actor, now, received_at, details=details)
    source = record.state
    step, record.state = WORKFLOWS[record.__tablename__].fire(trigger, source, View(actor.role, facts))
    record.version, record.changed_at = record.version + 1, now
    with stepping():
        for effect in step.effects:
            EFFECTS[effect](unit, record)
        return step, note(unit, record, step.trigger, source)


def note(unit: PaymentUnit, record: Record, trigger: str, source: str | None) -> int:
    """Write a step into the payment's history, with what it moved and sends."""
    words = {"words": Words(record.words, record.salt).commitment} if record.words else {}
    told = {"amount_minor": record.amount_minor, "ref": record.ref} if isinstance(record, Chargeback) else {}
    seq = house.note(
        unit.root, trigger, unit.actor, at=unit.now, received_at=unit.received_at, shop_id=unit.shop.id,
        record=record.__tablename__, record_id=record.id, source=source, dest=record.state,
        details={"plan": record.plan, **words, **told, **unit.details},
    )  # fmt: skip
    books.write(unit.moved)
    insert_rows(Outbox, unit.outbox)
    return seq


def payment_facts(record: Record, actor: Actor, read: str | None = None) -> tuple[PaymentFacts, bool]:
    """What the tables may look at, for `actor`, in one statement; and whether the actor's right still stands."""
    mine = Grant.account_id == (actor.id or 0)
    of_payment = (Allocation.payment_id == record.payment_id, Allocation.order_id == Order.id)
    row = db.session.execute(
        select(
            exists().where(*of_payment, Order.buyer_id == (actor.id or 0)).label("bought"),
            exists().where(*of_payment, mine, Grant.seller_id == Order.seller_id).label("sells"),
            exists().where(mine, Grant.shop_id == record.shop_id, Grant.seller_id.is_(None), Grant.role == actor.role)
            .label("staff"),
        )
    ).one()  # fmt: skip
    facts = PaymentFacts(
        actor.id, row.bought or row.sells, record.asked_by, record.plan,
        as_read=read is None or read == plan_digest(record),
        bank_bound=isinstance(record, Freeze) and record.chargeback_id is not None,
    )  # fmt: skip
    return facts, actor.id is None or row.staff


def choices(record: Record, actor: Actor) -> list[tuple[Step, Text | None]]:
    """What `actor` sees on it now: each step with None, or with the reason why it is shut."""
    facts, entitled = payment_facts(record, actor)
    table = WORKFLOWS[record.__tablename__]
    return list(table.choices(record.state, View(actor.role, facts))) if entitled else []


def plan_digest(record: Record) -> str:
    """What a second person's yes binds: the plan, its words and exhibits, and the amount it is about."""
    exhibits = record.exhibits if isinstance(record, Chargeback) else []
    amount = record.amount_minor if isinstance(record, Chargeback) else 0
    return digest({"id": record.id, "plan": record.plan, "words": record.words, "on": exhibits, "amount": amount})
