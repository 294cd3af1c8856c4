"""The picture a screening's guards look at: one statement, taken under its order's lock."""

from datetime import datetime

from sqlalchemy import exists, select

from disputes.db import db
from disputes.models import Allocation, Capture, Grant, Order, Payment, Screening, ScreeningRefund, Shop
from disputes.models.payment import BY_INVOICE
from disputes.policies.schema import Pack
from disputes.rules import version
from disputes.workflows.screening import ScreeningFacts

from .unit import Actor


def lock_screening(screening_id: int | str) -> tuple[Screening, Order, Shop] | None:
    """Lock the order a screening is of, then read the screening. None: no such screening."""
    column = Screening.public_id if isinstance(screening_id, str) else Screening.id
    # Which order it is of never changes, so that much can be read before the lock.
    order_id = db.session.scalar(select(Screening.order_id).where(column == screening_id))
    if order_id is None:
        return None
    fresh = {"populate_existing": True}
    locked = select(Order).where(Order.id == order_id).with_for_update()
    order = db.session.scalars(locked.execution_options(**fresh)).one()
    query = select(Screening, Shop).join(Shop, Shop.id == Screening.shop_id).where(column == screening_id)
    screening, shop = db.session.execute(query.execution_options(**fresh)).one()
    return screening, order, shop


def pack_of(screening: Screening, shop: Shop) -> Pack:
    """The shop's rules as they were at purchase."""
    pack = version(shop.pack, screening.rules_version)
    assert pack is not None, "rules that were published never go"
    return pack


def screening_facts(
    screening: Screening, shop: Shop, actor: Actor, at: datetime
) -> tuple[ScreeningFacts, bool]:  # fmt: skip
    """What its table may look at, for `actor`, in one statement; and whether the actor's right still stands."""
    mine = Grant.account_id == (actor.id or 0)
    back = ScreeningRefund.screening_id == screening.id
    captured = select(Capture.id).join(Allocation, Allocation.id == Capture.allocation_id)
    captured = captured.join(Payment, Payment.id == Allocation.payment_id)
    invoiced = captured.where(Allocation.order_id == screening.order_id, Payment.method == BY_INVOICE)
    row = db.session.execute(
        select(
            Order.buyer_id,
            exists().where(mine, Grant.seller_id == Order.seller_id).label("member"),
            exists()
            .where(mine, Grant.shop_id == screening.shop_id, Grant.seller_id.is_(None), Grant.role == actor.role)
            .label("staff"),
            invoiced.where(Capture.captured_minor > 0).exists().label("invoice_paid"),
            exists().where(back, ScreeningRefund.refused()).label("failed"),
            exists().where(back, ScreeningRefund.promised()).label("on_its_way"),
        ).where(Order.id == screening.order_id)
    ).one()
    rule = pack_of(screening, shop).remedies.get("payment_by_invoice")
    facts = ScreeningFacts(
        conflicted=actor.id is not None and (actor.id == row.buyer_id or row.member),
        by_invoice=bool(rule and rule.value),
        invoice_paid=row.invoice_paid,
        failed=row.failed,
        all_back=not row.on_its_way,
        owes=bool(screening.invoice_minor),
        over=screening.due_at is not None and screening.due_at < at,
    )
    return facts, actor.id is None or row.staff
