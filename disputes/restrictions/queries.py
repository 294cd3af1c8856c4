"""Restrictions with the names they show."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from disputes.auth.people import Person
from disputes.db import db
from disputes.models import (
    Account,
    Case,
    Decision,
    Outbox,
    Outcome,
    Restriction,
    RestrictionAppeal,
    RestrictionScope,
    Seller,
    Shop,
)
from disputes.web.keyset import PAGE
from disputes.workflows.roles import INSIDE

TABS = {"in_force": ("in_force",), "appealed": ("appealed",), "ended": ("ended", "lifted")}


@dataclass(frozen=True)
class Whole:
    """One restriction and all that its pages show."""

    restriction: Restriction
    name: str
    case: Case
    decided_by: str
    approved_by: str | None
    decided_at: datetime | None
    scopes: tuple[str, ...]
    appeal: RestrictionAppeal | None
    told: dict[str, datetime]  # what the marketplace was asked, and when it had heard


def whole(restriction: Restriction) -> Whole:
    """Everything about a restriction."""
    author, second, buyer = aliased(Account), aliased(Account), aliased(Account)
    row = db.session.execute(
        select(Case, Decision.decided_at, author.name, second.name, buyer.name, Seller.name, RestrictionAppeal)
        .select_from(Outcome)
        .join(Decision, Decision.id == Outcome.decision_id)
        .join(Case, Case.id == Outcome.case_id)
        .join(author, author.id == Decision.account_id)
        .outerjoin(second, second.id == Decision.second_id)
        .outerjoin(buyer, buyer.id == restriction.account_id)
        .outerjoin(Seller, Seller.id == restriction.seller_id)
        .outerjoin(RestrictionAppeal, RestrictionAppeal.restriction_id == restriction.id)
        .where(Outcome.id == restriction.outcome_id)
    ).one()
    case, decided_at, decided_by, approved_by, buyer_name, seller_name, appeal = row
    scopes = select(RestrictionScope.scope).where(RestrictionScope.restriction_id == restriction.id)
    found = tuple(db.session.scalars(scopes.order_by(RestrictionScope.id)))
    return Whole(
        restriction, buyer_name or seller_name, case, decided_by, approved_by, decided_at, found, appeal,
        _told(restriction),
    )  # fmt: skip


def _told(restriction: Restriction) -> dict[str, datetime]:
    keys = [f"{do}-{restriction.id}-{what}" for do in ("hold", "release") for what in ("payouts", "listing")]
    query = select(Outbox.key, Outbox.done_at).where(Outbox.key.in_(keys), Outbox.done_at.is_not(None))
    return {key.replace(f"-{restriction.id}-", "_"): at for key, at in db.session.execute(query) if at}


def listed(
    person: Person, tab: str, after: tuple[datetime, int] | None
) -> Select[Restriction, str, str, str, str]:  # fmt: skip
    """(restriction, its subject's name, shop's name, case's ref) of the person's shops, the newest first."""
    query = (
        select(Restriction, Account.name, Seller.name, Shop.name, Case.ref)
        .join(Shop, Shop.id == Restriction.shop_id)
        .join(Case, Case.id == Restriction.case_id)
        .outerjoin(Account, Account.id == Restriction.account_id)
        .outerjoin(Seller, Seller.id == Restriction.seller_id)
        .where(Restriction.shop_id.in_(person.shops_as(*INSIDE)), Restriction.state.in_(TABS[tab]))
        .where(Case.buyer_id != person.id, Case.seller_id.not_in(person.sellers))  # nobody looks into their own
    )
    if after:
        query = query.where(Restriction.id < min(after[1], 2**31 - 1))
    return query.order_by(Restriction.id.desc()).limit(PAGE + 1)
