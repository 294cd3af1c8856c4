"""Change who may do what. Every function begins with a lock and asks again whether its actor still may."""

from datetime import datetime

from sqlalchemy import select

from disputes.auth import rights, totp
from disputes.auth import service as auth_service
from disputes.auth.staff import place_of
from disputes.db import db
from disputes.effects.house import lock_root, note
from disputes.effects.unit import Actor
from disputes.models import Account, Grant
from disputes.text import N_, Text
from disputes.workflows.core import Refused
from disputes.workflows.roles import ADMIN, MANAGER, SELLER

NO_LONGER = Text(N_("This person has no such role any more."))


def as_whoever_may(by: int, seller_id: int | None) -> None:
    """Lock as the seller's manager, or as an admin when None."""
    if seller_id is None:
        rights.as_admin(by)
    else:
        rights.as_manager(by, seller_id)


def give(by: int, account_id: int, role: str, shop_id: str | None, seller_ref: str | None, *, now: datetime) -> bool:
    """An admin gives a role; False when the person has it. Raises Refused, and Unfit when the place is not there."""
    rights.as_admin(by)
    account = _locked(account_id)
    return rights.give(account, role, shop_id, place_of(role, shop_id, seller_ref), by=by, now=now)


def take(by: int, account_id: int, grant_id: int, *, now: datetime) -> None:
    """An admin takes one role of somebody away."""
    rights.as_admin(by)
    rights.take(_grant(Grant.id == grant_id, Grant.account_id == account_id), by=by, now=now)


def remove_member(by: int, seller_id: int, grant_id: int, *, now: datetime) -> None:
    """A manager takes a member out of their seller."""
    rights.as_manager(by, seller_id)
    rights.take(_grant(Grant.id == grant_id, Grant.seller_id == seller_id), by=by, now=now)


def hand_over(by: int, seller_id: int, grant_id: int, *, now: datetime) -> None:
    """A manager makes a member the manager and stays as a member."""
    rights.as_manager(by, seller_id)
    heir = _grant(Grant.id == grant_id, Grant.seller_id == seller_id, Grant.account_id != by)
    mine = _grant(Grant.account_id == by, Grant.seller_id == seller_id)
    heir.role, mine.role = MANAGER, SELLER
    db.session.flush()
    for grant in sorted((heir, mine), key=lambda grant: grant.account_id):
        rights.tell(_locked(grant.account_id), "give_role", grant, Actor(by, MANAGER), now=now)


def _grant(*where: object) -> Grant:
    query = select(Grant).where(*where).execution_options(populate_existing=True)  # type: ignore[arg-type]
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise Refused(NO_LONGER)
    return found


def end_sessions(by: int, account_id: int, *, now: datetime) -> None:
    """An admin signs somebody out everywhere."""
    rights.as_admin(by)
    auth_service.end_sessions(account_id, now=now)
    _tell(by, account_id, "end_sessions", now=now)


def disable(by: int, account_id: int, *, now: datetime) -> None:
    """An admin shuts an account, and ends its sessions."""
    rights.as_admin(by)
    if by == account_id:
        raise Refused(rights.OWN)
    if _is_admin(account_id):
        rights.refuse_last_admin(account_id)
    _set_disabled(account_id, now)
    auth_service.end_sessions(account_id, now=now)
    _tell(by, account_id, "disable", now=now)


def reset_codes(by: int, account_id: int, *, now: datetime) -> None:
    """An admin turns somebody's second step off, whose telephone and recovery codes are gone; their sessions end."""
    rights.as_admin(by)
    if by == account_id:
        raise Refused(rights.OWN)
    totp.turn_off(account_id)
    auth_service.end_sessions(account_id, now=now)
    _tell(by, account_id, "reset_codes", now=now)


def enable(by: int, account_id: int, *, now: datetime) -> None:
    """An admin opens an account again."""
    rights.as_admin(by)
    _set_disabled(account_id, None)
    _tell(by, account_id, "enable", now=now)


def _is_admin(account_id: int) -> bool:
    query = select(Grant.id).where(Grant.account_id == account_id, Grant.shop_id.is_(None))
    return db.session.scalar(query) is not None


def _set_disabled(account_id: int, at: datetime | None) -> None:
    _locked(account_id).disabled_at = at
    db.session.flush()


def _locked(account_id: int) -> Account:
    account = lock_root(Account, account_id)
    assert account is not None, "accounts are never deleted"
    return account


def _tell(by: int, account_id: int, what: str, *, now: datetime) -> None:
    """Write what an admin did to an account into its history."""
    note(_locked(account_id), what, Actor(by, ADMIN), at=now, shop_id=None)
