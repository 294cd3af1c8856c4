"""Stop and go on, extend what waits or let it run."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from disputes.db import db
from disputes.effects.house import lock_root, note
from disputes.models import Case, Clock, Shop
from disputes.moment import moment
from disputes.outbox.away import hold
from disputes.steps import Actor, lock_case, take_step
from disputes.workflows.roles import LEAD

WHAT = {"steps": "steps_stopped_at", "refunds": "refunds_stopped_at"}


def lock_shop(shop_id: str) -> Shop | None:
    """Lock a shop, as the first statement of a write transaction."""
    return lock_root(Shop, shop_id)


def switch(shop: Shop, what: str, *, stop: bool, account_id: int, real: datetime) -> int:
    """Stop or let go on what happens by itself ("steps") or outgoing refunds ("refunds"), from the real time `real`.

    Returns how many limits ran out meanwhile and wait for a lead now."""
    stopped_at = getattr(shop, WHAT[what])
    setattr(shop, WHAT[what], (stopped_at or real) if stop else None)
    db.session.flush()
    trigger = f"{'stop' if stop else 'start'}_{what}"
    note(shop, trigger, Actor(account_id, LEAD), at=real, shop_id=shop.id)
    return hold(shop, stopped_at, real) if what == "steps" and not stop and stopped_at else 0


def held_cases(shop_ids: frozenset[str]) -> list[int]:
    """Cases with a limit that waits for a lead."""
    query = select(Clock.case_id).join(Case, Case.id == Clock.case_id).where(Clock.held_at.is_not(None))
    return sorted(set(db.session.scalars(query.where(Clock.closed_at.is_(None), Case.shop_id.in_(shop_ids)))))


def extend(case_id: int, lead_id: int, by: timedelta) -> int:
    """Give every waiting limit of a case a new end, `by` from now, with a notice. Returns how many."""
    locked = lock_case(case_id)
    if locked is None:
        return 0
    case, shop = locked
    now = moment(shop)
    clocks = db.session.scalars(
        select(Clock).where(Clock.case_id == case_id, Clock.held_at.is_not(None), Clock.closed_at.is_(None))
    ).all()
    for clock in clocks:
        details = {"clock": clock.name, "side": clock.actor, "due_at": (now + by).isoformat()}
        take_step(case, "extend", Actor(lead_id, LEAD), now=now, received_at=now, details=details)
    return len(clocks)


def let_run(case_id: int) -> int:
    """Let the waiting limits of a case do what they would have done. Returns how many."""
    if lock_case(case_id) is None:
        return 0
    waiting = (Clock.case_id == case_id, Clock.held_at.is_not(None), Clock.closed_at.is_(None))
    return len(db.session.execute(update(Clock).where(*waiting).values(held_at=None).returning(Clock.id)).all())
