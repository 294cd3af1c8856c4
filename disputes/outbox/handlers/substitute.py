"""Send back what was paid for an order that is to be paid by invoice, or was declined; then ask until it is there."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import exists, or_, select

from disputes.db import db
from disputes.effects.screening_facts import lock_screening
from disputes.effects.screenings import put_back, settle
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Allocation, Capture, Freeze, Order, Outbox, Payment, Screening, ScreeningRefund, Shop
from disputes.moment import moment
from disputes.outbox.job import Again, Job, rarer
from disputes.outbox.provider import Answer, RefundOrder
from disputes.outbox.providers import provider_of
from disputes.steps import take_step
from disputes.web.configure import settings_of
from disputes.workflows.freeze import FREEZE

from .refund import WAIT_S
from .refund_arrival import FIRST_LOOK_S, RAREST_LOOK_S


@dataclass(frozen=True)
class _Todo:
    """One refund that has not arrived: plain values, so that no transaction stays open."""

    order: RefundOrder
    provider: str
    ref: str | None
    waits: bool  # a lead has stopped outgoing refunds in this shop, or those of its payment are frozen


def act(job: Job) -> Answer | Again | None:
    """The provider's word; None when there is nothing to send any more. Raises Unavailable."""
    todo = _todo(job.payload["key"])
    if todo is None:
        return None
    if todo.waits and todo.ref is None:
        return Again(WAIT_S)
    provider = provider_of(todo.provider, settings_of(current_app))
    return provider.refund(todo.order) if todo.ref is None else provider.fetch(todo.ref)


def _todo(key: str) -> _Todo | None:
    frozen = exists().where(Freeze.payment_id == Payment.id, Freeze.state.in_(FREEZE.open_states))
    waits = or_(Shop.refunds_stopped_at.is_not(None), frozen)
    query = (
        select(ScreeningRefund, Capture.ref, Capture.captured_minor, Payment.ref, Shop, waits)
        .join(Capture, Capture.id == ScreeningRefund.capture_id)
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(Shop, Shop.id == Payment.shop_id)
        .where(ScreeningRefund.key == key, ScreeningRefund.promised(), ScreeningRefund.failure.is_(None))
    )
    row = db.session.execute(query.execution_options(populate_existing=True)).one_or_none()
    found = None
    if row is not None:
        refund, capture_ref, captured, payment_ref, shop, must_wait = row
        order = RefundOrder(
            shop.id, payment_ref, capture_ref, captured, refund.amount_minor, refund.currency, refund.key
        )
        found = _Todo(order, shop.provider, refund.provider_ref, must_wait)
    db.session.rollback()
    return found


def record(job: Job, answer: Answer | Again | None) -> Again | None:
    """There, refused for good, or look again. Locks the order."""
    if not isinstance(answer, Answer):
        return answer
    if answer.status == "pending" and note(job.payload["key"], answer):
        return Again(rarer(job, FIRST_LOOK_S, RAREST_LOOK_S))
    note(job.payload["key"], answer)
    return None


def ordered(key: str, shop_id: str) -> bool:
    """Whether this was ever the key of such a refund in a shop."""
    payload = db.session.scalar(select(Outbox.payload).where(Outbox.kind == "substitute", Outbox.key == key))
    return payload is not None and db.session.get_one(Screening, payload["screening"]).shop_id == shop_id


def heard(key: str, answer: Answer) -> bool:
    """Write what a provider says of a refund by itself. False: it went out though we had stopped asking for it."""
    return note(key, answer) or answer.status == "failed"


def note(key: str, answer: Answer) -> bool:
    """Write the provider's word, once: what it says twice, or late, changes nothing. What follows when all is back is
    the screening's own step. False: no refund has this key any more, or it was called off."""
    mine = ScreeningRefund.key == key
    number = db.session.scalar(select(ScreeningRefund.screening_id).where(mine))
    locked = lock_screening(number) if number is not None else None
    query = select(ScreeningRefund).where(mine).execution_options(populate_existing=True)
    refund = db.session.scalars(query).one_or_none() if locked else None
    if locked is None or refund is None or refund.called_off_at is not None:
        return False
    if (trigger := _written(refund, answer, locked[1], locked[2])) is not None:
        db.session.flush()
        step(locked[0], trigger, refund, moment(locked[2]))
    return True


def step(screening: Screening, trigger: str, refund: ScreeningRefund, now: datetime) -> None:
    """Tell a locked screening what became of one of its refunds."""
    told = {"key": refund.key, "amount_minor": refund.amount_minor, "currency": refund.currency}
    take_step(screening, trigger, SYSTEM_ACTOR, now=now, received_at=now, details=told)


def _written(refund: ScreeningRefund, answer: Answer, order: Order, shop: Shop) -> str | None:
    """The step that the provider's word leads to, after it is written; None when nothing is new about it."""
    before, now = refund.state, moment(shop)
    refund.provider_ref = answer.ref or refund.provider_ref
    if answer.status == "succeeded" and before in ("reserved", "sent"):
        settle(refund, order, moment(shop, answer.at) if answer.at else now)
        return "money_back"
    if answer.status == "failed" and before != "failed":
        if before == "arrived":
            put_back(refund, order, now)
        refund.failure = (answer.code or "unknown")[:80]
        return "money_refused"
    return None
