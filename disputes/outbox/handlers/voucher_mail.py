"""Send a voucher's code to its buyer. The log keeps the letter without it, but in a demo, whose letter box it is."""

from typing import Any

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.models import Account, Case, Order, Shop, Voucher
from disputes.outbox import post
from disputes.outbox.job import Failed, Job
from disputes.outbox.letters import written
from disputes.steps import lock_case
from disputes.web.configure import settings_of
from disputes.web.formats import amount
from disputes.workflows.roles import BUYER

from .voucher import code

HIDDEN = "(the code is in the letter alone)"


def act(job: Job) -> post.Posted:
    """Hand the letter over."""
    voucher, case, order, shop, buyer = _read(job)
    link = f"{settings_of(current_app).base_url.rstrip('/')}/cases/{case.public_id}"

    def values() -> dict[str, Any]:
        worth = amount(voucher.amount_minor, voucher.currency)
        return {"you": buyer.name, "case": case, "order": order, "shop": shop, "worth": worth, "words": voucher.words,
                "code": code(voucher), "link": link}  # fmt: skip

    return post.hand_over(job, [written("voucher", buyer, values)], settings_of(current_app))


def _read(job: Job) -> Any:
    query = (
        select(Voucher, Case, Order, Shop, Account)
        .join(Case, Case.id == Voucher.case_id)
        .join(Order, Order.id == Case.order_id)
        .join(Shop, Shop.id == Case.shop_id)
        .join(Account, Account.id == Case.buyer_id)
        .where(Voucher.id == job.payload["voucher"])
    )
    return db.session.execute(query.execution_options(populate_existing=True)).one()


def record(job: Job, posted: post.Posted) -> Failed | None:
    """Write the send log, under the case's lock."""
    locked = lock_case(job.case_id or 0)
    assert locked is not None, "a voucher without its case"
    shown = posted
    if not settings_of(current_app).demo:
        secret = code(_read(job)[0])
        letters = [(one._replace(body=one.body.replace(secret, HIDDEN)), number) for one, number in posted.letters]
        shown = post.Posted(letters, posted.missing)
    post.log(job, shown, locked[0].id, locked[1], side=BUYER)
    return Failed(posted.missing) if posted.missing else None
