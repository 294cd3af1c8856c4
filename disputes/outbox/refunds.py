"""What the handlers that move money share: read a refund, and write the provider's word about it."""

from collections.abc import Collection

from sqlalchemy import select

from disputes.db import db
from disputes.effects.later import PAUSES
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Allocation, Capture, Case, Freeze, Outbox, Payment, Refund, Shop
from disputes.moment import moment
from disputes.steps import lock_case, take_step
from disputes.workflows.freeze import FREEZE

from .provider import Answer, RefundOrder

UNDER_WAY = ("reserved", "sent")
MAY_PASS = ("insufficient_funds", "try_again")  # what may be over soon; a person looks at everything else


def order_of(key: str, state: str) -> tuple[RefundOrder, str, str | None] | None:
    """The refund of that key while it is in `state`: what to ask for, the provider's name, its reference.

    Plain values, and no transaction left open: whoever asked goes on to a network."""
    query = (
        select(Refund, Capture.ref, Capture.captured_minor, Payment.ref, Shop.id, Shop.provider)
        .join(Capture, Capture.id == Refund.capture_id)
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(Shop, Shop.id == Payment.shop_id)
        .where(Refund.key == key, Refund.state == state)
    )
    row = db.session.execute(query.execution_options(populate_existing=True)).one_or_none()
    found = None
    if row is not None:
        refund, capture_ref, captured, payment_ref, shop_id, provider = row
        order = RefundOrder(
            shop_id, payment_ref, capture_ref, captured, refund.amount_minor, refund.currency, refund.key
        )
        found = order, provider, refund.provider_ref
    db.session.rollback()
    return found


def note(case_id: int | None, key: str, states: Collection[str], answer: Answer) -> bool:
    """Write the provider's word about the refund of that key, if it stands in one of `states`. Locks the case.

    What it says twice, or late, changes nothing: only a step that leads on from where the refund stands is taken.
    False: money is on its way, and the refund stands as one that never leaves."""
    locked = lock_case(case_id) if case_id is not None else None
    assert locked is not None, "a refund without its case"
    query = select(Refund).where(Refund.key == key, Refund.state.in_(states))
    refund = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    trigger = _follows(refund, answer) if refund is not None else None
    if refund is None or trigger is None:
        return answer.status == "failed" or (refund is not None and refund.state in (*UNDER_WAY, "arrived"))
    shop, details = locked[1], {}
    refund.provider_ref = answer.ref or refund.provider_ref
    if answer.status == "failed":
        refund.failure = (answer.code or "unknown")[:80]
    elif answer.status == "succeeded":
        refund.failure = None
        details = {"arrived_at": moment(shop, answer.at).isoformat()}
    now = moment(shop)
    take_step(refund, trigger, SYSTEM_ACTOR, now=now, received_at=now, details=details)
    return True


def _follows(refund: Refund, answer: Answer) -> str | None:
    """The step the provider's word leads to; None when nothing is new about it."""
    if answer.status == "pending":
        return "send" if refund.state == "reserved" else None
    if answer.status == "succeeded":
        return "arrive" if refund.state in UNDER_WAY else None
    if refund.state == "arrived":
        return "bounce"
    if refund.state not in UNDER_WAY:
        return None
    return "postpone" if answer.code in MAY_PASS and refund.tries < len(PAUSES) else "fail"


def case_of(key: str, shop_id: str) -> int | None:
    """The case that ever ordered a refund with this key in a shop; None: we never did."""
    ordered = select(Outbox.case_id).join(Case, Case.id == Outbox.case_id)
    return db.session.scalar(ordered.where(Outbox.kind == "refund", Outbox.key == key, Case.shop_id == shop_id))


def waits(case_id: int | None, key: str) -> bool:
    """Whether this refund may not be sent now: a lead has stopped its shop's refunds, or its payment is frozen."""
    stopped = select(Shop.refunds_stopped_at).join(Case, Case.shop_id == Shop.id).where(Case.id == case_id)
    frozen = (
        select(Freeze.id)
        .join(Allocation, Allocation.payment_id == Freeze.payment_id)
        .join(Capture, Capture.allocation_id == Allocation.id)
        .join(Refund, Refund.capture_id == Capture.id)
        .where(Refund.key == key, Freeze.state.in_(FREEZE.open_states))
    )
    row = db.session.execute(select(stopped.scalar_subquery(), frozen.exists())).one()
    db.session.rollback()
    return row[0] is not None or bool(row[1])
