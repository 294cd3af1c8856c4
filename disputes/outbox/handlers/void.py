"""Let go at the provider what was authorised for an order and never captured; then write it down."""

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.models import Allocation, Order, Payment, Shop
from disputes.outbox.job import Job
from disputes.outbox.provider import NOTHING_TO_VOID, Answer, VoidOrder
from disputes.outbox.providers import provider_of
from disputes.web.configure import settings_of


def act(job: Job) -> Answer:
    """The provider's answer: let go, or that there was nothing. Raises Unavailable."""
    query = (
        select(Payment.ref, Allocation.currency, Shop.id, Shop.provider)
        .join(Allocation, Allocation.payment_id == Payment.id)
        .join(Shop, Shop.id == Payment.shop_id)
        .where(Allocation.id == job.payload["allocation"])
    )
    payment_ref, currency, shop_id, provider = db.session.execute(query).one()
    db.session.rollback()  # no transaction stays open while we wait for a network
    order = VoidOrder(shop_id, payment_ref, job.payload["open_minor"], currency, job.key)
    return provider_of(provider, settings_of(current_app)).void(order)


def record(job: Job, answer: Answer) -> None:
    """Note what was let go, under the order's lock. A void of nothing leaves nothing to note."""
    if answer.code == NOTHING_TO_VOID:
        return
    mine = Allocation.id == job.payload["allocation"]
    db.session.execute(select(Order.id).join(Allocation).where(mine).with_for_update(of=Order))
    allocation = db.session.scalars(select(Allocation).where(mine).execution_options(populate_existing=True)).one()
    allocation.voided_minor += job.payload["open_minor"]
