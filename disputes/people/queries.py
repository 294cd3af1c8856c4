"""People with their roles, and who is invited."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select, tuple_

from disputes.auth.people import Person
from disputes.db import db
from disputes.models import Account, Grant, Invitation, Seller, Session, Shop
from disputes.web.keyset import PAGE
from disputes.workflows.roles import MANAGER, SELLER

MOST = 200


@dataclass(frozen=True)
class Role:
    """One role of somebody, with the names of where it is one."""

    id: int
    account_id: int
    role: str
    shop_name: str | None
    seller_name: str | None


def people(words: str, after: tuple[datetime, int] | None) -> Select[Any]:
    """Whoever has a role, the newest first; with `words` the person of exactly that e-mail address, role or not."""
    query = select(Account)
    if words:
        return query.where(Account.email == words.lower())
    query = query.where(exists().where(Grant.account_id == Account.id))
    if after:
        query = query.where(tuple_(Account.created_at, Account.id) < after)
    return query.order_by(Account.created_at.desc(), Account.id.desc()).limit(PAGE + 1)


def roles_of(account_ids: Collection[int]) -> dict[int, list[Role]]:
    """The roles of each of some people."""
    query = (
        select(Grant.id, Grant.account_id, Grant.role, Shop.name, Seller.name)
        .outerjoin(Shop, Shop.id == Grant.shop_id)
        .outerjoin(Seller, Seller.id == Grant.seller_id)
        .where(Grant.account_id.in_(account_ids))
        .order_by(Grant.id)
    )
    found: dict[int, list[Role]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.account_id, []).append(Role(*row))
    return found


def person(public_id: str) -> Account | None:
    """Somebody by their public id."""
    return db.session.scalars(select(Account).where(Account.public_id == public_id)).one_or_none()


def sessions_of(account_id: int, now: datetime) -> Sequence[Session]:
    """The sessions somebody is signed in with, the one used last first."""
    live = Session.account_id == account_id, Session.ended_at.is_(None), Session.expires_at > now
    return db.session.scalars(select(Session).where(*live).order_by(Session.seen_at.desc()).limit(MOST)).all()


def shops() -> Sequence[Shop]:
    """Every shop, by name."""
    return db.session.scalars(select(Shop).order_by(Shop.name)).all()


@dataclass(frozen=True)
class Invited:
    """An invitation with the names it shows."""

    invitation: Invitation
    shop_name: str | None
    seller_name: str | None
    by: str


def invitations(sellers: Collection[int] | None = None) -> list[Invited]:
    """The latest invitations: of some sellers' members, or everybody's when None."""
    query = (
        select(Invitation, Shop.name, Seller.name, Account.name)
        .outerjoin(Shop, Shop.id == Invitation.shop_id)
        .outerjoin(Seller, Seller.id == Invitation.seller_id)
        .join(Account, Account.id == Invitation.invited_by)
        .order_by(Invitation.id.desc())
        .limit(MOST)
    )
    if sellers is not None:
        query = query.where(Invitation.seller_id.in_(sellers))
    return [Invited(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class Team:
    """A seller and its members, (grant, account)."""

    seller: Seller
    shop_name: str
    members: list[tuple[Grant, Account]]


def managed_by(reader: Person) -> frozenset[int]:
    """Ids of the sellers somebody manages."""
    return frozenset(g.seller_id for g in reader.grants if g.role == MANAGER and g.seller_id is not None)


def teams(seller_ids: Collection[int]) -> list[Team]:
    """Sellers with their members, managers first."""
    query = (
        select(Seller, Shop.name, Grant, Account)
        .join(Shop, Shop.id == Seller.shop_id)
        .join(Grant, Grant.seller_id == Seller.id)
        .join(Account, Account.id == Grant.account_id)
        .where(Seller.id.in_(seller_ids))
        .order_by(Seller.name, Seller.id, Grant.role, Account.name)
    )
    found: dict[int, Team] = {}
    for seller, shop_name, grant, account in db.session.execute(query):
        found.setdefault(seller.id, Team(seller, shop_name, [])).members.append((grant, account))
    return list(found.values())


def seller_of(invitation_id: str) -> int | None:
    """The seller an invitation is for, if it is a member's; managers change no others."""
    query = select(Invitation.seller_id).where(Invitation.public_id == invitation_id, Invitation.role == SELLER)
    return db.session.scalar(query)


def names_of(made: Invitation) -> Invited:
    """One invitation with its names."""
    query = (
        select(Shop.name, Seller.name, Account.name)
        .select_from(Account)
        .outerjoin(Shop, Shop.id == made.shop_id)
        .outerjoin(Seller, Seller.id == made.seller_id)
        .where(Account.id == made.invited_by)
    )
    return Invited(made, *db.session.execute(query).one())
