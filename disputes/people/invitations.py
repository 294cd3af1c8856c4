"""Invitations: made, sent again, taken back and accepted. The link itself is nowhere in the database."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from disputes.auth import rights
from disputes.auth.staff import address_of, place_of
from disputes.db import db
from disputes.effects.house import note
from disputes.effects.unit import Actor
from disputes.models import Account, Grant, Invitation, Outbox, Seller
from disputes.outbox import put
from disputes.text import N_, Text
from disputes.web.secret import hash_of, new_salt, token_of
from disputes.workflows.core import Refused
from disputes.workflows.roles import ADMIN, MANAGER, SELLER

LASTS = timedelta(days=7)
PURPOSE = "invitation"
OPEN_ALREADY = Text(N_("This person is invited already. Send that invitation again, or take it back."))
HAS_IT = Text(N_("This person has that role already."))
NOT_OPEN = Text(N_("This invitation is not open any more."))


def invite_staff(by: int, email: str, role: str, shop_id: str | None, seller_ref: str | None, *, now: datetime) -> int:
    """An admin invites. Raises Refused, and Unfit when address or place cannot be."""
    rights.as_admin(by)
    return _invite(by, email, role, shop_id, place_of(role, shop_id, seller_ref), now)


def invite_member(by: int, email: str, seller_id: int, *, now: datetime) -> int:
    """A manager invites a member; never another manager. Raises Refused, and Unfit when the address cannot be."""
    rights.as_manager(by, seller_id)
    seller = db.session.get_one(Seller, seller_id)
    return _invite(by, email, SELLER, seller.shop_id, seller_id, now)


def _invite(by: int, email: str, role: str, shop_id: str | None, seller_id: int | None, now: datetime) -> int:
    address = address_of(email)
    place = {"role": role, "shop_id": shop_id, "seller_id": seller_id}
    if db.session.scalars(_has(place).where(Account.email == address)).first() is not None:
        raise Refused(HAS_IT)
    if db.session.scalars(select(Invitation).filter_by(email=address, **place).where(*open_at(now))).first():
        raise Refused(OPEN_ALREADY)
    made = Invitation(email=address, invited_by=by, created_at=now, **_fresh(now), **place)
    db.session.add(made)
    db.session.flush()
    _send(made)
    return made.id


def _has(place: dict[str, Any]) -> Any:
    return select(Grant.id).filter_by(**place).join(Account, Account.id == Grant.account_id)


def open_at(now: datetime) -> tuple[Any, ...]:
    """What makes an invitation one that can be accepted."""
    return Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now


def _fresh(now: datetime) -> dict[str, Any]:
    salt = new_salt()
    return {"salt": salt, "token_hash": hash_of(token_of(salt, PURPOSE)), "expires_at": now + LASTS}


def _send(made: Invitation) -> None:
    payload = {"invitation": made.id, "hash": made.token_hash}
    db.session.execute(insert(Outbox), [put.row("invitation", f"invitation-{made.token_hash}", payload, case_id=None)])


def resend(made: Invitation, *, now: datetime) -> None:
    """A new link for a locked invitation that was not accepted; the old one is worth nothing from now on."""
    if made.accepted_at or made.revoked_at:
        raise Refused(NOT_OPEN)
    for name, value in _fresh(now).items():
        setattr(made, name, value)
    db.session.flush()
    _send(made)


def revoke(made: Invitation, *, now: datetime) -> None:
    """Take a locked invitation back."""
    if made.accepted_at:
        raise Refused(NOT_OPEN)
    made.revoked_at = made.revoked_at or now
    db.session.flush()


def lock(public_id: str) -> Invitation | None:
    """An invitation, locked behind its actor's right."""
    query = select(Invitation).where(Invitation.public_id == public_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def opened_by(token: str, *, now: datetime, locked: bool = False) -> Invitation | None:
    """The open invitation of a link, if who invited still may. None for used, old, taken back and made up alike."""
    query = select(Invitation).where(Invitation.token_hash == hash_of(token), *open_at(now))
    query = query.with_for_update() if locked else query
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return found if found and _still_may(found) else None


def _still_may(made: Invitation) -> bool:
    """Whether the one who invited could do it today."""
    may = Grant.role == ADMIN
    if made.role == SELLER:
        may = may | ((Grant.role == MANAGER) & (Grant.seller_id == made.seller_id))
    query = select(Grant.id).join(Account, Account.id == Grant.account_id)
    return db.session.scalar(query.where(may, Account.id == made.invited_by, Account.disabled_at.is_(None))) is not None


def accept(token: str, name: str, password_hash: str | None, *, now: datetime) -> None:
    """Take an invitation: make or complete the account, give the role. Raises Refused when it is not open any more."""
    made = opened_by(token, now=now, locked=True)
    if made is None:
        raise Refused(NOT_OPEN)
    query = select(Account).where(Account.email == made.email).with_for_update()
    account = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if account is None:
        account = Account(email=made.email, name=name, created_at=now)
        db.session.add(account)
    if account.disabled_at or (account.password_hash is None and password_hash is None):
        raise Refused(NOT_OPEN)
    if account.password_hash is None:
        account.name, account.password_hash = name, password_hash
    made.accepted_at = now
    db.session.flush()
    note(
        account, "accept_invitation", Actor(account.id, made.role), at=now, shop_id=made.shop_id, record="invitation",
        record_id=made.id, details={"role": made.role, "seller": made.seller_id},
    )  # fmt: skip
    rights.give(account, made.role, made.shop_id, made.seller_id, by=made.invited_by, now=now)
