"""Look at what a provider's message was about, and write what is so. The message itself is believed nothing."""

from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.effects import outside
from disputes.models import Shop, Webhook
from disputes.moment import moment
from disputes.outbox.job import Again, Job
from disputes.outbox.provider import Answer, DisputeTold, RefundTold
from disputes.outbox.providers import provider_of
from disputes.outbox.refunds import case_of, note
from disputes.web.configure import settings_of
from disputes.workflows.refund import REFUND

from . import substitute

WAIT_S = 300.0  # how often we look whether a payment has come in that the provider spoke of


class Told(NamedTuple):
    """What the provider says now; of a refund we once ordered also its case."""

    shop_id: str
    about: RefundTold | DisputeTold
    case_id: int | None = None


def act(job: Job) -> Told | None:
    """Ask the provider: its word now is the truth, however late or twisted the message came. Raises Unavailable."""
    query = select(Webhook.kind, Webhook.ref, Shop.id, Shop.provider).join(Shop, Shop.id == Webhook.shop_id)
    kind, ref, shop_id, name = db.session.execute(query.where(Webhook.id == job.payload["webhook"])).one()
    db.session.rollback()  # no transaction stays open while we wait for a network
    provider = provider_of(name, settings_of(current_app))
    if kind == "dispute":
        return Told(shop_id, provider.fetch_dispute(ref))
    if kind != "refund":
        return None  # payouts are looked at when the books are compared
    refund = provider.fetch_refund_told(ref)
    return Told(shop_id, refund, case_of(refund.key, shop_id) if refund.key else None)


def record(_job: Job, told: Told | None) -> Again | None:
    """A refund of ours is noted in its case; what others did is always recorded, at the latest when its order came."""
    known = True
    if told is None:
        return None
    if isinstance(told.about, DisputeTold):
        known = outside.dispute_told(told.shop_id, told.about, _now(told.shop_id))
    elif not _ours(told, told.about):
        known = outside.refund_told(told.shop_id, told.about, _now(told.shop_id))
    return None if known else Again(WAIT_S)


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
