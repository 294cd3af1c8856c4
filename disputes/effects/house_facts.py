"""The picture a restriction's guards look at: one statement, taken under its subject's lock."""

from datetime import datetime

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import aliased

from disputes.db import db
from disputes.models import Account, Case, Decision, Grant, Outcome, Restriction, RestrictionAppeal, Seller, Shop
from disputes.workflows.restriction import RestrictionFacts
from disputes.workflows.roles import BUYER, PARTIES

from . import house
from .unit import Actor


def lock_subject(restriction_id: int | str) -> tuple[Restriction, Account | Seller, Shop] | None:
    """Lock the account or seller a restriction is of, then read the restriction. None: no such restriction."""
    column = Restriction.public_id if isinstance(restriction_id, str) else Restriction.id
    # Whom it is of never changes, so that much can be read before the lock.
    of = select(Restriction.account_id, Restriction.seller_id).where(column == restriction_id)
    found = db.session.execute(of).one_or_none()
    if found is None:
        return None
    account_id, seller_id = found
    root = house.lock_root(Account, account_id) if account_id is not None else house.lock_root(Seller, seller_id or 0)
    query = select(Restriction, Shop).join(Shop, Shop.id == Restriction.shop_id).where(column == restriction_id)
    restriction, shop = db.session.execute(query.execution_options(populate_existing=True)).one()
    assert root is not None, "a restriction of nobody"
    return restriction, root, shop


def restriction_facts(restriction: Restriction, actor: Actor, at: datetime) -> tuple[RestrictionFacts, bool]:
    """What its table may look at, for `actor`, in one statement; and whether the actor's right still stands."""
    mine = Grant.account_id == (actor.id or 0)
    of_case = and_(Case.id == restriction.case_id, Case.seller_id == Grant.seller_id)
    subject, staff = aliased(Grant), aliased(Grant)
    row = db.session.execute(
        select(
            Decision.account_id,
            Decision.second_id,
            Case.buyer_id,
            exists().where(mine, of_case).label("of_seller"),
            exists()
            # No seller's id is 0: of a buyer's restriction nobody is a member, least of all everybody without a seller.
            .where(subject.account_id == (actor.id or 0), subject.seller_id == (restriction.seller_id or 0))
            .label("member"),
            exists()
            .where(staff.account_id == (actor.id or 0), staff.shop_id == restriction.shop_id)
            .where(staff.seller_id.is_(None), staff.role == actor.role)
            .label("staff"),
            exists().where(RestrictionAppeal.restriction_id == restriction.id).label("appealed"),
        )
        .select_from(Outcome)
        .join(Decision, Decision.id == Outcome.decision_id)
        .join(Case, Case.id == Outcome.case_id)
        .where(Outcome.id == restriction.outcome_id)
    ).one()
    start, end = restriction.starts_at, restriction.ends_at
    facts = RestrictionFacts(
        actor_id=actor.id,
        conflicted=actor.role not in PARTIES and (actor.id == row.buyer_id or row.of_seller or row.member),
        decided_by=frozenset(who for who in (row.account_id, row.second_id) if who is not None),
        appealed=row.appealed,
        begun=restriction.begun_at is not None,
        starts=start is not None and start <= at,
        over=end is not None and end < at,
    )
    own = restriction.account_id == actor.id if actor.role == BUYER else row.member
    return facts, actor.id is None or bool(own if actor.role in PARTIES else row.staff)
