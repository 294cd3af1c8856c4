"""Call off what was approved on a payment and never sent, each refund behind the lock of what it belongs to."""

from collections.abc import Mapping

from flask import current_app
from sqlalchemy import select

from disputes.db import db, writing
from disputes.effects.frozen import lock_payment
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Freeze, Payment, Shop
from disputes.moment import moment
from disputes.outbox.job import Again, Job
from disputes.outbox.provider import Answer, RefundTold
from disputes.outbox.providers import provider_of
from disputes.steps import take_step
from disputes.web.configure import settings_of

from .unsent import of_cases, of_screenings

WAIT_S = 30.0


def act(job: Job) -> Again | None:
    """Call each off that the provider knows nothing of; what it has is noted instead. Raises Unavailable.

    One that a worker holds right now may be on its way: it is waited for, and asked about again."""
    found = [*of_cases(job.payload["freeze"]), *of_screenings(job.payload["freeze"])]
    if any(refund.busy for refund in found):
        return Again(WAIT_S)
    known = _known(job.payload["freeze"]) if found else {}
    for refund in found:
        with writing():
            if (told := known.get(refund.key)) is not None:
                refund.note(Answer(told.status, told.ref, told.code, told.at if told.status == "succeeded" else None))
            else:
                refund.call_off()
    return None


def record(job: Job, again: Again | None) -> Again | None:
    """The freeze has done its work."""
    if again is not None:
        return again
    freeze_id = job.payload["freeze"]
    payment_id = db.session.scalar(select(Freeze.payment_id).where(Freeze.id == freeze_id))
    assert payment_id is not None, "a freeze that is gone"
    _, shop, _ = lock_payment(payment_id)
    freeze = db.session.get(Freeze, freeze_id, populate_existing=True)
    if freeze is not None and freeze.state == "calling_off":
        now = moment(shop)
        take_step(freeze, "called_off", SYSTEM_ACTOR, now=now, received_at=now)
    return None


def _known(freeze_id: int) -> Mapping[str, RefundTold]:
    """What the provider has of ours, by its key: an answer may have been lost on its way to us."""
    of = select(Shop.provider, Payment.ref).join(Freeze, Freeze.shop_id == Shop.id)
    query = of.join(Payment, Payment.id == Freeze.payment_id).where(Freeze.id == freeze_id)
    name, payment_ref = db.session.execute(query).one()
    db.session.rollback()
    told = provider_of(name, settings_of(current_app)).refunds_of(payment_ref)
    return {refund.key: refund for refund in told if refund.key is not None and refund.status != "failed"}
