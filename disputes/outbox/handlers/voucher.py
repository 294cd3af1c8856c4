"""Hand a voucher to the shop's system, so that its buyer can use it there."""

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Account, Case, Shop, Voucher
from disputes.moment import moment
from disputes.outbox.job import Hopeless, Job
from disputes.outbox.provider import VoucherOrder
from disputes.outbox.providers import provider_of
from disputes.steps import lock_case, take_step
from disputes.web.configure import settings_of
from disputes.web.secret import code_of, hash_of


def act(job: Job) -> None:
    """The shop's system takes it, once for each key. Raises Unavailable; Hopeless when the secret key was changed."""
    query = (
        select(Voucher, Account.email, Shop.id, Shop.provider)
        .join(Case, Case.id == Voucher.case_id)
        .join(Account, Account.id == Case.buyer_id)
        .join(Shop, Shop.id == Case.shop_id)
        .where(Voucher.id == job.payload["voucher"])
    )
    voucher, buyer, shop_id, provider = db.session.execute(query.execution_options(populate_existing=True)).one()
    order = VoucherOrder(shop_id, code(voucher), buyer, voucher.amount_minor, voucher.currency, job.key)
    db.session.rollback()  # no transaction stays open while we wait for a network
    provider_of(provider, settings_of(current_app)).voucher(order)


def code(voucher: Voucher) -> str:
    """What is shown to its buyer and to nobody else."""
    made = code_of(voucher.code_salt, "voucher")
    if hash_of(made) != voucher.code_hash:
        raise Hopeless("the secret key was changed since the voucher was given")
    return made


def record(job: Job, _answer: None) -> None:
    """The shop knows it. Locks the case."""
    locked = lock_case(job.case_id or 0)
    assert locked is not None, "a voucher without its case"
    voucher = db.session.get(Voucher, job.payload["voucher"], populate_existing=True)
    if voucher is not None and voucher.state == "given":
        now = moment(locked[1])
        take_step(voucher, "hand", SYSTEM_ACTOR, now=now, received_at=now)
