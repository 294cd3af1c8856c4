"""Write to the buyer what becomes of an order that was not accepted as it was paid. No letter accuses anybody."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import func, select, true

from disputes.db import db
from disputes.effects.screening_facts import lock_screening, pack_of
from disputes.models import Account, Order, OrderLine, Screening, ScreeningRefund, Shop
from disputes.outbox import post
from disputes.outbox.job import Failed, Hopeless, Job
from disputes.outbox.letters import written
from disputes.outbox.mailer import Letter
from disputes.policies.schema import Pack
from disputes.policies.telling import notice
from disputes.policies.verdict import Result
from disputes.web.configure import settings_of
from disputes.web.formats import amount, stamp
from disputes.workflows.roles import BUYER

FITS = {
    "pay_by_invoice": ("invoice_sent",),
    "order_declined": ("declining", "declined"),
    "invoice_expired": ("expired",),
}


def act(job: Job) -> post.Posted | None:
    """Hand the letter over; None when things have moved on. Hopeless when it says what the shop's rules forbid."""
    query = (
        select(Screening, Order, Shop, Account)
        .join(Order, Order.id == Screening.order_id)
        .join(Shop, Shop.id == Screening.shop_id)
        .join(Account, Account.id == Order.buyer_id)
        .where(Screening.id == job.payload["screening"])
    )
    screening, order, shop, buyer = db.session.execute(query.execution_options(populate_existing=True)).one()
    topic, pack = job.payload["topic"], pack_of(screening, shop)
    if screening.state not in FITS[topic]:
        return None
    letter = written(topic, buyer, lambda: _values(screening, order, shop, buyer, pack))
    _refuse(letter, pack)
    return post.hand_over(job, [letter], settings_of(current_app))


def _values(screening: Screening, order: Order, shop: Shop, buyer: Account, pack: Pack) -> Mapping[str, Any]:
    due, mine = screening.due_at, ScreeningRefund.screening_id == screening.id
    last = select(func.max(ScreeningRefund.ordered_at)).where(mine).scalar_subquery()
    # An invoice says what did go back; who is declined is told at once, before it has left.
    counts = ScreeningRefund.called_off_at.is_(None) if screening.state == "invoice_sent" else true()
    amounts = select(ScreeningRefund.amount_minor).where(mine, ScreeningRefund.ordered_at == last, counts)
    back = sum(db.session.scalars(amounts))
    lines = select(OrderLine.title, OrderLine.quantity).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    address = next((one.address.value for one in pack.channels.values() if one.address and one.kind == "email"), None)
    return {
        "you": buyer.name, "order": order, "shop": shop, "how_to_pay": screening.how_to_pay, "address": address,
        "lines": db.session.execute(lines).all(),
        "to_pay": amount(screening.invoice_minor or 0, screening.currency),
        "back": amount(back, screening.currency) if back else None,
        "due": stamp(due, buyer.zone or shop.zone) if due else None,
        "link": f"{settings_of(current_app).base_url.rstrip('/')}/orders/{order.public_id}",
    }  # fmt: skip


def _refuse(letter: Letter, pack: Pack) -> None:
    given = {"explanation": letter.body, "text": f"{letter.subject}\n{letter.body}"}
    said = notice(pack, "fraud_measure", given, ("email",))
    if said.result is Result.FAIL:
        raise Hopeless(str(said.reason))


def record(job: Job, posted: post.Posted | None) -> Failed | None:
    """Write the send log, under the order's lock."""
    if posted is None:
        return None
    locked = lock_screening(job.payload["screening"])
    assert locked is not None, "a letter without its screening"
    post.log(job, posted, None, locked[2], side=BUYER)
    return Failed(posted.missing) if posted.missing else None
