"""Giving roles and taking them away: by somebody who may, never to oneself, and never the last admin's."""

from collections.abc import Sequence

import structlog
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Account, Grant, Seller
from disputes.text import N_, Text
from disputes.workflows.core import Refused
from disputes.workflows.roles import ADMIN, AUDITOR, DESK, MANAGER, SELLER

GONE = Text(N_("You may not do this any more."))
OWN = Text(N_("Nobody changes their own rights. Ask another admin."))
LAST = Text(N_("This is the last admin. Make another person admin first."))
APART = Text(N_("An admin has no other role: whoever runs the house reads no case."))
READS_ONLY = Text(N_("An auditor of a shop does not decide its cases: take one role away first."))
log = structlog.get_logger()


def as_admin(person_id: int) -> Sequence[Grant]:
    """Lock the installation's admins, one change of rights at a time. Refused unless the person is one of them."""
    query = select(Grant).where(Grant.role == ADMIN).order_by(Grant.id).with_for_update()
    admins = db.session.scalars(query.execution_options(populate_existing=True)).all()
    if person_id not in {grant.account_id for grant in admins}:
        raise Refused(GONE)
    return admins


def as_manager(person_id: int, seller_id: int) -> None:
    """Lock a seller, one change of its members at a time. Refused unless the person manages it."""
    db.session.execute(select(Seller.id).where(Seller.id == seller_id).with_for_update())
    mine = Grant.account_id == person_id, Grant.seller_id == seller_id, Grant.role == MANAGER
    if db.session.scalar(select(Grant.id).where(*mine)) is None:
        raise Refused(GONE)


def lock_account(account_id: int) -> Account | None:
    """Lock an account, behind whatever `as_admin` or `as_manager` has locked."""
    query = select(Account).where(Account.id == account_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def give(account_id: int, role: str, shop_id: str | None, seller_id: int | None, *, by: int | None) -> bool:
    """Give a locked account a role; False when it has it. `by` None: the operator. Refused when two do not fit."""
    if by == account_id:
        raise Refused(OWN)
    query = select(Grant).where(Grant.account_id == account_id)
    had = db.session.scalars(query.execution_options(populate_existing=True)).all()
    same = next((g for g in had if (g.shop_id, g.seller_id) == (shop_id, seller_id) and _same(g.role, role)), None)
    if same and (same.role == role or role == SELLER):
        return False
    _refuse_mixing(had, role, shop_id)
    if same:
        same.role = role
    else:
        db.session.add(Grant(account_id=account_id, role=role, shop_id=shop_id, seller_id=seller_id))
    db.session.flush()
    if by is not None:  # the command line says itself what it did
        log.info("a role was given", by=by, to=account_id, role=role, shop=shop_id, seller=seller_id)
    return True


def _same(had: str, role: str) -> bool:
    # Somebody is a member of a seller once, as one of two things.
    return had == role or {had, role} == {SELLER, MANAGER}


def _refuse_mixing(had: Sequence[Grant], role: str, shop_id: str | None) -> None:
    if had and (role == ADMIN or any(grant.role == ADMIN for grant in had)):
        raise Refused(APART)
    beside = {grant.role for grant in had if grant.shop_id == shop_id}
    if (role == AUDITOR and beside & set(DESK)) or (role in DESK and AUDITOR in beside):
        raise Refused(READS_ONLY)


def take(grant: Grant, *, by: int | None) -> None:
    """Take a role away, at once."""
    if by == grant.account_id:
        raise Refused(OWN)
    if grant.role == ADMIN:
        refuse_last_admin(grant.account_id)
    db.session.delete(grant)
    db.session.flush()
    log.info("a role was taken away", by=by, of=grant.account_id, role=grant.role, shop=grant.shop_id)


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
