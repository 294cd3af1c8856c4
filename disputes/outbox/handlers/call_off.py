"""Call off what was approved on a payment and never sent, each refund behind the lock of its own case."""

from collections.abc import Mapping

from flask import current_app
from sqlalchemy import select

from disputes.db import db, writing
from disputes.effects.frozen import lock_payment
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Allocation, Capture, Freeze, Outbox, Payment, Refund, Shop
from disputes.moment import moment, real_now
from disputes.outbox.job import Again, Job
from disputes.outbox.provider import Answer, RefundTold
from disputes.outbox.providers import provider_of
from disputes.outbox.refunds import note
from disputes.steps import lock_case, take_step
from disputes.web.configure import settings_of

UNSENT = ("reserved", "failed")
WAIT_S = 30.0


def act(job: Job) -> Again | None:
    """Call each off that the provider knows nothing of; what it has is noted instead. Raises Unavailable.

    One that a worker holds right now may be on its way: it is waited for, and asked about again."""
    found = _unsent(job.payload["freeze"])
    if any(busy for _, _, _, busy in found):
        return Again(WAIT_S)
    known = _known(job.payload["freeze"]) if found else {}
    for refund_id, case_id, key, _ in found:
        with writing():
            if key in known:
                told = known[key]
                answer = Answer(told.status, told.ref, told.code, told.at if told.status == "succeeded" else None)
                note(case_id, key, UNSENT, answer)
            else:
                _call_off(case_id, refund_id)
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


def _unsent(freeze_id: int) -> list[tuple[int, int, str, bool]]:
    """(refund, case, key, whether a worker holds it) of everything approved on the payment and not sent."""
    held = select(Outbox.id).where(
        Outbox.kind == "refund", Outbox.key == Refund.key, Outbox.done_at.is_(None), Outbox.lease_until > real_now()
    )
    query = (
        select(Refund.id, Refund.case_id, Refund.key, held.exists())
        .join(Capture, Capture.id == Refund.capture_id)
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .join(Freeze, Freeze.payment_id == Allocation.payment_id)
        .where(Freeze.id == freeze_id, Refund.state.in_(UNSENT))
    )
    found = [(row[0], row[1], row[2], bool(row[3])) for row in db.session.execute(query.order_by(Refund.id))]
    db.session.rollback()
    return found


def _known(freeze_id: int) -> Mapping[str, RefundTold]:
    """What the provider has of ours, by its key: an answer may have been lost on its way to us."""
    of = select(Shop.provider, Payment.ref).join(Freeze, Freeze.shop_id == Shop.id)
    query = of.join(Payment, Payment.id == Freeze.payment_id).where(Freeze.id == freeze_id)
    name, payment_ref = db.session.execute(query).one()
    db.session.rollback()
    told = provider_of(name, settings_of(current_app)).refunds_of(payment_ref)
    return {refund.key: refund for refund in told if refund.key is not None and refund.status != "failed"}


def _call_off(case_id: int, refund_id: int) -> None:
    locked = lock_case(case_id)
    assert locked is not None, "a refund without its case"
    refund = db.session.get(Refund, refund_id, populate_existing=True)
    if refund is not None and refund.state in UNSENT:
        now = moment(locked[1])
        take_step(refund, "call_off", SYSTEM_ACTOR, now=now, received_at=now)
