"""Tell the subject of a restriction what became of it: the buyer, or every member of the seller. Nobody else."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.effects.house_facts import lock_subject
from disputes.effects.restricted import subject_of
from disputes.effects.restrictions import scopes_of
from disputes.models import Account, Case, Restriction, RestrictionAppeal, Seller, Shop
from disputes.outbox import post
from disputes.outbox.about import members
from disputes.outbox.job import Failed, Job
from disputes.outbox.letters import written
from disputes.web.configure import settings_of
from disputes.web.formats import say, stamp
from disputes.web.scopes import SCOPES


def act(job: Job) -> post.Posted:
    """Hand the mail over to each reader."""
    query = (
        select(Restriction, Shop, Case.ref, RestrictionAppeal.answer)
        .join(Shop, Shop.id == Restriction.shop_id)
        .join(Case, Case.id == Restriction.case_id)
        .outerjoin(RestrictionAppeal, RestrictionAppeal.restriction_id == Restriction.id)
        .where(Restriction.id == job.payload["restriction"])
    )
    restriction, shop, ref, answer = db.session.execute(query.execution_options(populate_existing=True)).one()
    about = {"restriction": restriction, "shop": shop, "case_ref": ref, "answer": answer}
    about["seller"] = db.session.get(Seller, restriction.seller_id) if restriction.seller_id else None
    about["scopes"] = scopes_of(restriction)
    letters = [written(job.payload["topic"], one, partial(_values, about, one)) for one in _readers(restriction)]
    return post.hand_over(job, letters, settings_of(current_app))


def _readers(restriction: Restriction) -> list[Account]:
    if restriction.seller_id is not None:
        return members(restriction.seller_id)
    account = db.session.get(Account, restriction.account_id)
    return [account] if account is not None and account.disabled_at is None else []


def _values(about: Mapping[str, Any], reader: Account) -> Mapping[str, Any]:
    restriction, zone = about["restriction"], reader.zone or about["shop"].zone
    return {
        **about,
        "you": reader.name,
        "scopes": [say(SCOPES[scope]) for scope in about["scopes"]],
        "starts": stamp(restriction.starts_at, zone),
        "ends": stamp(restriction.ends_at, zone) if restriction.ends_at else None,
        "link": f"{settings_of(current_app).base_url.rstrip('/')}/restrictions/{restriction.public_id}",
    }


def record(job: Job, posted: post.Posted) -> Failed | None:
    """Write the send log, under the subject's lock."""
    locked = lock_subject(job.payload["restriction"])
    assert locked is not None, "a notice without its restriction"
    restriction, _, shop = locked
    post.log(job, posted, restriction.case_id, shop, side=subject_of(restriction))
    return Failed(posted.missing) if posted.missing else None
