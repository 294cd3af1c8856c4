"""The money behind a case: what was taken, promised, sent back and is left."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from disputes.db import db
from disputes.models import Allocation, Capture, Case, Payment
from disputes.text import N_, Text
from disputes.workflows.case import CASE
from disputes.workflows.outcome import CREDIT, DEBIT

from .views import CaseView, RestrictionView


@dataclass(frozen=True)
class CaptureView:
    label: str
    payer: str
    captured_minor: int
    reserved_minor: int
    refunded_minor: int
    taken_back_minor: int  # by a bank, or past us
    left_minor: int
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
    def taken_back_minor(self) -> int:
        return sum(c.taken_back_minor for c in self.captures)

    @property
    def left_minor(self) -> int:
        return sum(c.left_minor for c in self.captures)


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
        CaptureView(
            label,
            payer,
            c.captured_minor,
            c.refund_reserved_minor,
            c.refunded_minor,
            c.outside_minor + c.charged_back_minor,
            c.left_minor,
            c.captured_at,
        )
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
        if outcome.restriction is not None:
            lines += _restricts(outcome.restriction)
            continue
        if outcome.amount_minor is None:
            lines.append(Text(N_("%(seller)s is told to cancel the order and not to send it."), {"seller": seller}))
            continue
        amount = {"minor": outcome.amount_minor, "currency": view.currency}
        if outcome.kind == CREDIT:
            pays = N_("We pay %(amount)s to %(seller)s; %(buyer)s keeps what was sent.")
            lines.append(Text(pays, {"amount": amount, "seller": seller, "buyer": buyer}))
            continue
        if outcome.kind == DEBIT:
            takes = N_("%(amount)s is taken back from %(buyer)s, who got it by fraud.")
            lines.append(Text(takes, {"amount": amount, "buyer": buyer}))
            continue
        sends = N_("%(amount)s goes back to %(buyer)s, the way it was paid.")
        lines.append(Text(sends, {"amount": amount, "buyer": buyer}))
    if draft.platform_minor:
        borne = {"minor": draft.platform_minor, "currency": view.currency}
        bears = N_("Of this the platform bears %(amount)s, and %(seller)s the rest.")
        lines.append(Text(bears, {"amount": borne, "seller": seller}))
    return (*lines, told)


def _restricts(view: RestrictionView) -> tuple[Text, ...]:
    """What a restriction of the draft will shut, and from when to when."""
    name = {"name": view.name}
    start = Text("%(at)s", {"at": view.starts_at}) if view.starts_at else Text(N_("at once"))
    end = Text("%(at)s", {"at": view.ends_at}) if view.ends_at else Text(N_("when it is lifted"))
    shuts = N_("%(name)s is restricted: %(what)s. Starts: %(start)s. Ends: %(end)s.")
    told = Text(N_("Only %(name)s is told, with the reasons below. The other side sees nothing of it."), {"name": name})
    scopes = (Text(shuts, {"name": name, "what": what, "start": start, "end": end}) for what in view.scope_labels)
    return (*scopes, told)
