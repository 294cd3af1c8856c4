"""Let go at the provider what was authorised for an order and never captured; then write it down."""

from flask import current_app
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Allocation, Capture, Order, Outbox, Payment, Shop
from disputes.outbox.job import Again, Job, rarer
from disputes.outbox.provider import NOTHING_TO_VOID, Answer, VoidOrder
from disputes.outbox.providers import provider_of
from disputes.web.configure import settings_of

FIRST_LOOK_S, RAREST_LOOK_S = 60.0, 21_600.0  # whether the payment's other orders need it still
OTHERS_OPEN = "the same payment is to pay another order still"


def act(job: Job) -> Answer:
    """The provider's answer: let go, that there was nothing, or not yet. Raises Unavailable."""
    query = (
        select(Payment.id, Payment.ref, Allocation.currency, Shop.id, Shop.provider)
        .join(Allocation, Allocation.payment_id == Payment.id)
        .join(Shop, Shop.id == Payment.shop_id)
        .where(Allocation.id == job.payload["allocation"])
    )
    payment_id, payment_ref, currency, shop_id, provider = db.session.execute(query).one()
    others = _others_open(payment_id, job.payload["allocation"])
    db.session.rollback()  # no transaction stays open while we wait for a network
    order = VoidOrder(shop_id, payment_ref, job.payload["open_minor"], currency, job.key, others)
    return provider_of(provider, settings_of(current_app)).void(order)


def _others_open(payment_id: int, mine: int) -> bool:
    """Whether the payment is to pay something else: authorised, not wholly captured, and not to be let go itself."""
    taken = func.coalesce(func.sum(Capture.captured_minor), 0)
    query = (
        select(Allocation.id)
        .outerjoin(Capture, Capture.allocation_id == Allocation.id)
        .where(Allocation.payment_id == payment_id, Allocation.id != mine)
        .group_by(Allocation.id)
        .having(Allocation.amount_minor - Allocation.voided_minor - taken > 0)
    )
    still_open = set(db.session.scalars(query))
    if not still_open:
        return False
    waiting = select(Outbox.payload).where(Outbox.kind == "void", Outbox.done_at.is_(None))
    return bool(still_open - {payload["allocation"] for payload in db.session.scalars(waiting)})


def record(job: Job, answer: Answer) -> Again | None:
    """Note what was let go, under the order's lock. A void of nothing leaves nothing to note."""
    if answer.status == "pending":
        return Again(rarer(job, FIRST_LOOK_S, RAREST_LOOK_S), OTHERS_OPEN)
    if answer.code == NOTHING_TO_VOID:
        return None
    mine = Allocation.id == job.payload["allocation"]
    db.session.execute(select(Order.id).join(Allocation).where(mine).with_for_update(of=Order))
    allocation = db.session.scalars(select(Allocation).where(mine).execution_options(populate_existing=True)).one()
    allocation.voided_minor += job.payload["open_minor"]
    return None
