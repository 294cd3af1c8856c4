"""What the two handlers that move money share: read a refund, and write the provider's word about it."""

from sqlalchemy import select

from disputes.db import db
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Allocation, Capture, Case, Payment, Refund, Shop
from disputes.moment import moment
from disputes.steps import lock_case, take_step

from .provider import Answer, RefundOrder


def order_of(key: str, state: str) -> tuple[RefundOrder, str, str | None] | None:
    """The refund of that key while it is in `state`: what to ask for, the provider's name, its reference.

    Plain values, and no transaction left open: whoever asked goes on to a network."""
    query = (
        select(Refund, Capture.ref, Capture.captured_minor, Payment.ref, Shop.provider)
        .join(Capture, Capture.id == Refund.capture_id)
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(Shop, Shop.id == Payment.shop_id)
        .where(Refund.key == key, Refund.state == state)
    )
    row = db.session.execute(query.execution_options(populate_existing=True)).one_or_none()
    found = None
    if row is not None:
        refund, capture_ref, captured, payment_ref, provider = row
        order = RefundOrder(payment_ref, capture_ref, captured, refund.amount_minor, refund.currency, refund.key)
        found = order, provider, refund.provider_ref
    db.session.rollback()
    return found


def note(case_id: int | None, key: str, state: str, answer: Answer) -> None:
    """Write the provider's answer, if the refund is still where it was when we asked. Locks the case."""
    locked = lock_case(case_id) if case_id is not None else None
    assert locked is not None, "a refund without its case"
    query = select(Refund).where(Refund.key == key, Refund.state == state)
    refund = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if refund is not None:
        refund.provider_ref = answer.ref or refund.provider_ref
        _step(locked[1], refund, answer)


def _step(shop: Shop, refund: Refund, answer: Answer) -> None:
    now = moment(shop)
    if answer.status == "pending":
        if refund.state == "reserved":
            take_step(refund, "send", SYSTEM_ACTOR, now=now, received_at=now)
    elif answer.status == "succeeded":
        arrived = moment(shop, answer.at) if answer.at else now
        details = {"arrived_at": arrived.isoformat()}
        take_step(refund, "arrive", SYSTEM_ACTOR, now=now, received_at=now, details=details)
    else:
        refund.failure = (answer.code or "unknown")[:80]
        take_step(refund, "fail", SYSTEM_ACTOR, now=now, received_at=now)


def stopped(case_id: int | None) -> bool:
    """Whether a lead has stopped outgoing refunds in the shop of a case."""
    query = select(Shop.refunds_stopped_at).join(Case, Case.shop_id == Shop.id).where(Case.id == case_id)
    return db.session.scalar(query) is not None
