"""Ask the marketplace to hold back what a restriction shuts, and to let it go again."""

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.effects.restrictions import held, scopes_of
from disputes.models import Restriction, Seller, Shop
from disputes.outbox.job import Job
from disputes.outbox.provider import HoldOrder, Provider
from disputes.outbox.providers import provider_of
from disputes.web.configure import settings_of
from disputes.workflows.restriction import IN_FORCE


def act_hold(job: Job) -> None:
    """Hold it, if the restriction still shuts it. Raises Unavailable."""
    restriction, provider, order = _read(job)
    stands = restriction.state in IN_FORCE and order.what in held(restriction, scopes_of(restriction))
    db.session.rollback()  # no transaction stays open while we wait for a network
    if stands:
        provider.hold(order)


def act_release(job: Job) -> None:
    """Let it go, by the key it was held with. Raises Unavailable."""
    _, provider, order = _read(job)
    db.session.rollback()
    provider.release(order)


def record(_job: Job, _answer: None) -> None:
    """The marketplace keeps the book of what it holds."""


def _read(job: Job) -> tuple[Restriction, Provider, HoldOrder]:
    query = (
        select(Restriction, Seller.ref, Shop.id, Shop.provider)
        .join(Seller, Seller.id == Restriction.seller_id)
        .join(Shop, Shop.id == Restriction.shop_id)
        .where(Restriction.id == job.payload["restriction"])
    )
    restriction, ref, shop_id, name = db.session.execute(query.execution_options(populate_existing=True)).one()
    what = job.payload["what"]
    order = HoldOrder(shop_id, ref, what, f"hold-{restriction.id}-{what}")
    return restriction, provider_of(name, settings_of(current_app)), order
