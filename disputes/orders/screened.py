"""Orders of shops that accept each one by itself: they wait until somebody looked at how they were paid."""

from datetime import datetime

from sqlalchemy import select

from disputes.db import db
from disputes.effects.screening_moves import note
from disputes.effects.unit import Actor
from disputes.incoming.schema import OrderIn
from disputes.models import Order, Screening, Shop
from disputes.models.payment import BY_INVOICE
from disputes.moment import moment
from disputes.rules import registry
from disputes.steps import take_step
from disputes.workflows.roles import SHOP
from disputes.workflows.screening import SCREENING

BY_SHOP = Actor(None, SHOP)


def screen(order: Order, given: OrderIn, *, new: bool, now: datetime) -> None:
    """Put a new order before a person, or tell its screening what the shop says now. The order is locked.

    `now` is real time. What has left already when it comes in was accepted by the shop."""
    shop = db.session.get_one(Shop, order.shop_id)
    sent = any(parcel.dispatched_at for parcel in given.parcels)
    if new:
        pack = registry().at(shop.pack, order.placed_at)
        rule = pack.payment.acceptance if pack else None
        if pack and rule and rule.value and not sent:
            begin(order, pack.meta.version, moment(shop, now))
        return
    query = select(Screening).where(Screening.order_id == order.id).execution_options(populate_existing=True)
    screening = db.session.scalars(query).one_or_none()
    if screening is not None and (trigger := _what_happened(screening, given, sent)):
        at = moment(shop, now)
        take_step(screening, trigger, BY_SHOP, now=at, received_at=at)


def begin(order: Order, version: str, now: datetime) -> None:
    """Put a locked order before a person, by that version of its shop's rules. `now`: the shop's domain time."""
    screening = Screening(
        shop_id=order.shop_id, order_id=order.id, rules_version=version, currency=order.currency,
        state=SCREENING.begin.dest, version=1, came_at=now, changed_at=now, head_seq=0, head_hash="0" * 64,
    )  # fmt: skip
    db.session.add(screening)
    db.session.flush()
    note(screening, SCREENING.begin, BY_SHOP, now=now, received_at=now, source=None, details={})


def _what_happened(screening: Screening, given: OrderIn, sent: bool) -> str | None:
    """The step that an order as it stands now makes its screening take, if any."""
    if screening.state == "waiting":
        return "ship" if sent else None
    if screening.state not in ("invoice_sent", "expired"):
        return None
    paid = [payment for payment in given.payments if payment.method == BY_INVOICE]
    taken = sum(capture.amount_minor for p in paid for share in p.allocations for capture in share.captures)
    if taken < (screening.invoice_minor or 0):
        return None
    late = screening.due_at is not None and max(payment.paid_at for payment in paid) > screening.due_at
    return "paid_late" if late and screening.state == "expired" else "note_paid"
