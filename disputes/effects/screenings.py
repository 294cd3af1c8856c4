"""What the steps of a screening do besides: what was paid goes back, and an invoice asks for the same instead."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Capture, Order, OrderLine, Screening, ScreeningRefund
from disputes.models.book import DUE, PROVIDER, SELLER
from disputes.outbox import put
from disputes.policies.duration import due
from disputes.text import N_, Text
from disputes.workflows.core import Refused

from .books import Moved, Whose, book
from .money import lock_capture, lock_captures, voids
from .screening_facts import pack_of
from .unit import HouseUnit

NOTHING = Text(N_("Nothing is to be paid for this order."))


def return_payment(unit: HouseUnit, screening: Screening) -> None:
    """What was paid goes back to where it came from, and an invoice will ask for as much, and for what is let go.

    Where nothing was paid at all, the invoice asks for what the order costs. Refused when that is nothing."""
    screening.invoice_minor = _return(unit, screening) or _total(screening.order_id)
    if not screening.invoice_minor:
        raise Refused(NOTHING)


def return_everything(unit: HouseUnit, screening: Screening) -> None:
    """The order is declined: all that was paid goes back."""
    _return(unit, screening)


def _return(unit: HouseUnit, screening: Screening) -> int:
    """Reserve all that is left of what was paid, let the worker send it back, and let go what was never taken.

    Returns how much both are together: what the order is not paid by any more."""
    order, total = db.session.get_one(Order, screening.order_id), 0
    for capture in lock_captures(order.id):
        part = capture.left_minor
        if part > 0:
            capture.refund_reserved_minor += part
            total += part
            _refund(unit, screening, order, capture, part)
    let_go = voids(order.id, f"void-screening-{screening.id}", None)
    unit.outbox += let_go
    return total + sum(int(row["payload"]["open_minor"]) for row in let_go)


def _refund(unit: HouseUnit, screening: Screening, order: Order, capture: Capture, part: int) -> None:
    key = _key(screening, capture.id)
    refund = ScreeningRefund(
        screening_id=screening.id, capture_id=capture.id, amount_minor=part, currency=screening.currency, key=key,
        ordered_at=unit.now,
    )  # fmt: skip
    db.session.add(refund)
    _book(refund, order, "refund_promised", key, (SELLER, order.seller_id), (DUE, order.buyer_id), unit.now,
          account_id=unit.actor.id)  # fmt: skip
    unit.outbox.append(_row(screening, key))


def _key(screening: Screening, capture_id: int) -> str:
    """Known before the row has an id, and the same however often we try; the version tells one order from the next."""
    return f"screening-{screening.id}-{capture_id}-{screening.version}"


def _total(order_id: int) -> int:
    lines = select(func.coalesce(func.sum(OrderLine.paid_minor), 0)).where(OrderLine.order_id == order_id)
    query = select(Order.shipping_minor + lines.scalar_subquery()).where(Order.id == order_id)
    return int(db.session.scalars(query).one())


def return_again(unit: HouseUnit, screening: Screening) -> None:
    """Send what the provider refused once more, under a new key: it said no for good to the old one."""
    mine = (ScreeningRefund.screening_id == screening.id, ScreeningRefund.refused())
    for refund in db.session.scalars(select(ScreeningRefund).where(*mine).order_by(ScreeningRefund.id)):
        refund.key = _key(screening, refund.capture_id)
        refund.failure = refund.provider_ref = None
        unit.outbox.append(_row(screening, refund.key))


def _row(screening: Screening, key: str) -> dict[str, Any]:
    return put.row("substitute", key, {"key": key, "screening": screening.id}, case_id=None)


def send_invoice(unit: HouseUnit, screening: Screening) -> None:
    """From now on the buyer has as long as the operator gives them; without a figure, there is no last day."""
    pack = pack_of(screening, unit.shop)
    limit = pack.payment.invoice_limit
    if limit and limit.value:
        screening.due_at = due(unit.now, limit.value, ZoneInfo(unit.shop.zone), pack.calendar.works)


def settle(refund: ScreeningRefund, order: Order, at: datetime) -> None:
    """A part of it arrived: what was reserved on its capture is refunded now."""
    capture = lock_capture(refund.capture_id)
    capture.refund_reserved_minor -= refund.amount_minor
    capture.refunded_minor += refund.amount_minor
    refund.arrived_at = at
    _book(refund, order, "refund_paid", f"{refund.key}-paid", (DUE, order.buyer_id), (PROVIDER, 0), at)


def put_back(refund: ScreeningRefund, order: Order, at: datetime) -> None:
    """A part that had arrived came back: it is owed again."""
    capture = lock_capture(refund.capture_id)
    capture.refunded_minor -= refund.amount_minor
    capture.refund_reserved_minor += refund.amount_minor
    refund.arrived_at = None
    _book(refund, order, "refund_bounced", f"{refund.key}-back", (PROVIDER, 0), (DUE, order.buyer_id), at)


def call_off(screening: Screening, refund: ScreeningRefund, order: Order, at: datetime) -> None:
    """Two people called a part off: nothing of it is promised any more.

    What of it had not gone back another way stays, and pays for the order: no invoice asks for that again."""
    capture = lock_capture(refund.capture_id)
    capture.refund_reserved_minor -= refund.amount_minor
    refund.called_off_at = at
    ends = (DUE, order.buyer_id), (SELLER, order.seller_id)
    _book(refund, order, "refund_called_off", f"{refund.key}-off", *ends, at)
    if screening.state == "invoice_asked":
        stays = min(refund.amount_minor, max(0, capture.left_minor))
        screening.invoice_minor = (screening.invoice_minor or 0) - stays or None


def _book(
    refund: ScreeningRefund, order: Order, what: str, key: str, source: Whose, dest: Whose, at: datetime, *,
    account_id: int | None = None,
) -> None:  # fmt: skip
    book(
        Moved(
            key, what, source, dest, refund.amount_minor, refund.currency, order.shop_id, at, order_id=order.id,
            capture_id=refund.capture_id, account_id=account_id,
        )
    )  # fmt: skip
