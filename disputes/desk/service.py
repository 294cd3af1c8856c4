"""Claim a case: two reviewers never get the same one."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select, update

from disputes.auth.people import Person
from disputes.db import db
from disputes.models import Case, Grant
from disputes.moment import real_now

from .queries import TO_DECIDE

CLAIM_FOR = timedelta(minutes=30)


def take_next(person: Person) -> str | None:
    """Claim the most pressing case nobody holds, not one of the person's own. Returns its public id, or None.

    A report of a threat comes before everything, whatever the case's own state is."""
    waits = (Case.is_open == True, Case.state.in_(TO_DECIDE))  # noqa: E712 - the partial index wants "= 1"
    case = _first(person, Case.safety_at.is_not(None), by=Case.safety_at) or _first(person, *waits, by=Case.queue_at)
    if case is None:
        return None
    _hold(case.id, person.id)
    return case.public_id


def _first(person: Person, *which: Any, by: Any) -> Case | None:
    now = real_now()
    member = exists().where(Grant.account_id == person.id, Grant.seller_id == Case.seller_id)
    query = (
        select(Case)
        .where(*which, Case.shop_id.in_(person.desk_shops))
        .where(or_(Case.claimed_until.is_(None), Case.claimed_until < now), Case.buyer_id != person.id, ~member)
        .order_by(by, Case.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).first()


def claim(case: Case, person_id: int) -> bool:
    """Claim one locked case, or hold on to it for longer. False when another holds it."""
    if case.assignee_id != person_id and case.claimed_until is not None and case.claimed_until > real_now():
        return False
    _hold(case.id, person_id)
    return True


def release(case: Case, person_id: int) -> bool:
    """Give a case back to the queue. False when another holds it."""
    if case.assignee_id != person_id:
        return False
    mine = and_(Case.id == case.id, Case.assignee_id == person_id)
    db.session.execute(update(Case).where(mine).values(assignee_id=None, claimed_until=None))
    return True


def _hold(case_id: int, person_id: int) -> None:
    # A claim is no step: it leaves the version alone, so that a side's open form stays good.
    held = update(Case).where(Case.id == case_id).values(assignee_id=person_id, claimed_until=real_now() + CLAIM_FOR)
    db.session.execute(held.execution_options(synchronize_session=False))
