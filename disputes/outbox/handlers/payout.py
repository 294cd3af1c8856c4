"""Ask the marketplace to keep a part of a seller's money back while a case is open, and to let it go again."""

from contextlib import suppress

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.effects.books import write
from disputes.effects.payout import released
from disputes.effects.unit import SYSTEM_ACTOR, Unit
from disputes.models import Case, PayoutHold, Seller, Shop
from disputes.moment import moment
from disputes.outbox.job import Hopeless, Job
from disputes.outbox.provider import HoldOrder, Provider
from disputes.outbox.providers import provider_of
from disputes.steps import lock_case
from disputes.web.configure import settings_of


def act_hold(job: Job) -> None:
    """Hold it, unless it was let go meanwhile. Raises Unavailable."""
    found = _read(job)
    if found is not None and found[0]:
        with suppress(Hopeless):  # a provider that pays no sellers holds nothing: then the books alone say what is held
            found[1].hold(found[2])


def act_release(job: Job) -> None:
    """Let it go, by the key it was held with. Raises Unavailable."""
    found = _read(job)
    if found is not None:
        with suppress(Hopeless):
            found[1].release(found[2])


def record_hold(_job: Job, _answer: None) -> None:
    """It is booked since the case was opened."""


def record_release(job: Job, _answer: None) -> None:
    """The seller has it again, once."""
    locked = lock_case(job.case_id or 0)
    assert locked is not None, "a hold without its case"
    case, shop = locked
    open_ = (PayoutHold.case_id == case.id, PayoutHold.released_at.is_(None))
    held = db.session.scalars(select(PayoutHold).where(*open_).execution_options(populate_existing=True)).one_or_none()
    if held is not None:
        now = moment(shop)
        unit = Unit(case, shop, SYSTEM_ACTOR, now, now)
        released(unit, case, held)
        write(unit.moved)


def _read(job: Job) -> tuple[bool, Provider, HoldOrder] | None:
    """Whether it is held still, whom to ask, and for what; None where nothing was ever held."""
    query = (
        select(PayoutHold, Seller.ref, Shop.id, Shop.provider)
        .join(Case, Case.id == PayoutHold.case_id)
        .join(Seller, Seller.id == PayoutHold.seller_id)
        .join(Shop, Shop.id == Case.shop_id)
        .where(PayoutHold.case_id == job.case_id)
    )
    row = db.session.execute(query.execution_options(populate_existing=True)).one_or_none()
    db.session.rollback()  # no transaction stays open while we wait for a network
    if row is None:
        return None
    held, ref, shop_id, name = row
    order = HoldOrder(shop_id, ref, "part", f"payout-{held.case_id}", held.amount_minor, held.currency)
    return held.released_at is None, provider_of(name, settings_of(current_app)), order
