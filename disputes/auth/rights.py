"""Giving roles and taking them away: by somebody who may, never to oneself, and never the last admin's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from disputes.db import db
from disputes.effects.house import OPERATOR, lock_root, note
from disputes.effects.unit import Actor
from disputes.models import Account, Grant, Seller
from disputes.text import N_, Text
from disputes.workflows.core import Refused
from disputes.workflows.roles import ADMIN, AUDITOR, DESK, MANAGER, SELLER

GONE = Text(N_("You may not do this any more."))
OWN = Text(N_("Nobody changes their own rights. Ask another admin."))
LAST = Text(N_("This is the last admin. Make another person admin first."))
APART = Text(N_("An admin has no other role: whoever runs the house reads no case."))
READS_ONLY = Text(N_("An auditor of a shop does not decide its cases: take one role away first."))


def as_admin(person_id: int) -> Sequence[Grant]:
    """Lock the installation's admins, one change of rights at a time. Refused unless the person is one of them."""
    query = select(Grant).where(Grant.role == ADMIN).order_by(Grant.id).with_for_update()
    admins = db.session.scalars(query.execution_options(populate_existing=True)).all()
    if person_id not in {grant.account_id for grant in admins}:
        raise Refused(GONE)
    return admins


def as_manager(person_id: int, seller_id: int) -> None:
    """Lock a seller, one change of its members at a time. Refused unless the person manages it."""
    lock_root(Seller, seller_id)
    mine = Grant.account_id == person_id, Grant.seller_id == seller_id, Grant.role == MANAGER
    if db.session.scalar(select(Grant.id).where(*mine)) is None:
        raise Refused(GONE)


def actor_of(by: int | None) -> Actor:
    """Whoever changes rights: an admin, else a manager; None: the operator."""
    if by is None:
        return OPERATOR
    is_admin = db.session.scalar(select(Grant.id).where(Grant.account_id == by, Grant.role == ADMIN))
    return Actor(by, MANAGER if is_admin is None else ADMIN)


def give(
    account: Account, role: str, shop_id: str | None, seller_id: int | None, *, by: int | None, now: datetime
) -> bool:  # fmt: skip
    """Give a locked account a role; False when it has it. `by` None: the operator. Refused when two do not fit."""
    account_id = account.id
    if by == account_id:
        raise Refused(OWN)
    query = select(Grant).where(Grant.account_id == account_id)
    had = db.session.scalars(query.execution_options(populate_existing=True)).all()
    same = next((g for g in had if (g.shop_id, g.seller_id) == (shop_id, seller_id) and _same(g.role, role)), None)
    if same and (same.role == role or role == SELLER):
        return False
    _refuse_mixing(had, role, shop_id)
    grant = same or Grant(account_id=account_id, shop_id=shop_id, seller_id=seller_id)
    grant.role = role
    db.session.add(grant)
    db.session.flush()
    tell(account, "give_role", grant, actor_of(by), now=now)
    return True


def tell(account: Account, what: str, grant: Grant, actor: Actor, *, now: datetime) -> None:
    """Write a change of a role into its person's history."""
    note(
        account, what, actor, at=now, shop_id=grant.shop_id, record="grant", record_id=grant.id,
        details={"role": grant.role, "seller": grant.seller_id},
    )  # fmt: skip


def _same(had: str, role: str) -> bool:
    # Somebody is a member of a seller once, as one of two things.
    return had == role or {had, role} == {SELLER, MANAGER}


def _refuse_mixing(had: Sequence[Grant], role: str, shop_id: str | None) -> None:
    if had and (role == ADMIN or any(grant.role == ADMIN for grant in had)):
        raise Refused(APART)
    beside = {grant.role for grant in had if grant.shop_id == shop_id}
    if (role == AUDITOR and beside & set(DESK)) or (role in DESK and AUDITOR in beside):
        raise Refused(READS_ONLY)


def take(grant: Grant, *, by: int, now: datetime) -> None:
    """Take a role away, at once. Locks its person."""
    if by == grant.account_id:
        raise Refused(OWN)
    if grant.role == ADMIN:
        refuse_last_admin(grant.account_id)
    account = lock_root(Account, grant.account_id)
    assert account is not None, "a role of nobody"
    tell(account, "take_role", grant, actor_of(by), now=now)
    db.session.delete(grant)
    db.session.flush()


def refuse_last_admin(account_id: int) -> None:
    """Refused when nobody else who can sign in is admin. The admins must be locked."""
    others = (
        select(func.count())
        .select_from(Grant)
        .join(Account, Account.id == Grant.account_id)
        .where(Grant.role == ADMIN, Account.disabled_at.is_(None), Account.id != account_id)
    )
    if not db.session.scalar(others):
        raise Refused(LAST)
