"""The money behind a case: what was taken, promised, sent back and is left."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from disputes.db import db
from disputes.models import Allocation, Capture, Case, Payment
from disputes.text import N_, Text
from disputes.workflows.case import CASE

from .views import CaseView


@dataclass(frozen=True)
class CaptureView:
    label: str
    payer: str
    captured_minor: int
    reserved_minor: int
    refunded_minor: int
    at: datetime


@dataclass(frozen=True)
class Money:
    """All captures of the case's order, and their sums in minor units."""

    captures: tuple[CaptureView, ...]
    currency: str

    @property
    def captured_minor(self) -> int:
        return sum(c.captured_minor for c in self.captures)

    @property
    def reserved_minor(self) -> int:
        return sum(c.reserved_minor for c in self.captures)

    @property
    def refunded_minor(self) -> int:
        return sum(c.refunded_minor for c in self.captures)

    @property
    def left_minor(self) -> int:
        return self.captured_minor - self.reserved_minor - self.refunded_minor


def money_of(case: Case) -> Money:
    """The captures of a case's order with how they were paid, in one statement."""
    found = db.session.execute(
        select(Capture, Payment.label, Payment.payer)
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Allocation.order_id == case.order_id)
        .order_by(Capture.id)
    )
    views = tuple(
        CaptureView(label, payer, c.captured_minor, c.refund_reserved_minor, c.refunded_minor, c.captured_at)
        for c, label, payer in found
    )
    return Money(views, case.currency)


def effects_of(view: CaseView) -> tuple[Text, ...]:
    """What deciding as drafted will do, each as a sentence with its amount."""
    draft = view.draft
    assert draft is not None
    buyer, seller = {"name": view.buyer_name}, {"name": view.seller_name}
    told = Text(N_("%(buyer)s and %(seller)s get the decision with your reasons."), {"buyer": buyer, "seller": seller})
    lines = [Text(N_("The case is decided: %(what)s."), {"what": Text(CASE.by_name[draft.kind].label)})]
    for outcome in draft.outcomes:
        if outcome.amount_minor is None:
            lines.append(Text(N_("%(seller)s is told to cancel the order and not to send it."), {"seller": seller}))
            continue
        amount = {"minor": outcome.amount_minor, "currency": view.currency}
        sends = N_("%(amount)s goes back to %(buyer)s, the way it was paid.")
        lines.append(Text(sends, {"amount": amount, "buyer": buyer}))
    return (*lines, told)
