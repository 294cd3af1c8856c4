"""Look at what a provider's message was about, and write what is so. The message itself is believed nothing."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.effects import outside
from disputes.models import Payment, Shop, Webhook
from disputes.moment import moment, real_now
from disputes.outbox.job import Again, Job, rarer
from disputes.outbox.provider import Answer, DisputeTold, RefundTold
from disputes.outbox.providers import provider_of
from disputes.outbox.refunds import case_of, note
from disputes.web.configure import settings_of
from disputes.workflows.refund import REFUND

from . import substitute

FIRST_LOOK_S, RAREST_LOOK_S = 60.0, 43_200.0  # whether a payment has come in that the provider spoke of
LOOKS_FOR = timedelta(days=7)  # since the message came; a payment that comes later is found by comparing the books


class Told(NamedTuple):
    """What the provider says now; of a refund we once ordered also its case."""

    shop_id: str
    received_at: datetime
    about: RefundTold | DisputeTold
    case_id: int | None = None


def act(job: Job) -> Told | None:
    """Ask the provider: its word now is the truth, however late or twisted the message came. Raises Unavailable."""
    query = select(Webhook, Shop.provider).join(Shop, Shop.id == Webhook.shop_id)
    message, name = db.session.execute(query.where(Webhook.id == job.payload["webhook"])).one()
    kind, ref, shop_id, received_at = message.kind, message.ref, message.shop_id, message.received_at
    db.session.rollback()  # no transaction stays open while we wait for a network
    provider = provider_of(name, settings_of(current_app))
    if kind == "dispute":
        return Told(shop_id, received_at, provider.fetch_dispute(ref))
    if kind != "refund":
        return None  # payouts are looked at when the books are compared
    refund = provider.fetch_refund_told(ref)
    return Told(shop_id, received_at, refund, case_of(refund.key, shop_id) if refund.key else None)


def record(job: Job, told: Told | None) -> Again | None:
    """A refund of ours is noted in its case; what others did is always recorded, at the latest when its order came."""
    known = True
    if told is None:
        return None
    if isinstance(told.about, DisputeTold):
        known = outside.dispute_told(told.shop_id, told.about, _now(told.shop_id))
    elif not _ours(told, told.about):
        known = outside.refund_told(told.shop_id, told.about, _now(told.shop_id))
    if known or _over(told):
        return None
    return Again(rarer(job, FIRST_LOOK_S, RAREST_LOOK_S), "its payment is not known here yet")


def _over(told: Told) -> bool:
    """Whether a payment we do not have is waited for no longer: it is another shop's, whose own messages tell of it, or
    it did not come in all that time. Shops that share an account all hear of everything in it."""
    name = select(Shop.provider).where(Shop.id == told.shop_id).scalar_subquery()
    query = select(Payment.shop_id).join(Shop, Shop.id == Payment.shop_id)
    having = set(db.session.scalars(query.where(Payment.ref == told.about.payment_ref, Shop.provider == name)))
    if having and told.shop_id not in having:
        return True
    return real_now() - told.received_at > LOOKS_FOR


def _ours(told: Told, refund: RefundTold) -> bool:
    """Note a refund we ordered. False: we did not, or it was paid though it had been refused, or called off: that went
    past us."""
    answer = Answer(refund.status, refund.ref, refund.code, refund.at if refund.status == "succeeded" else None)
    if told.case_id is not None and refund.key is not None:
        return note(told.case_id, refund.key, REFUND.state_names, answer)
    key = refund.key
    return key is not None and substitute.ordered(key, told.shop_id) and substitute.heard(key, answer)


def _now(shop_id: str) -> datetime:
    shop = db.session.get(Shop, shop_id)
    assert shop is not None, "a message to no shop"
    return moment(shop)
