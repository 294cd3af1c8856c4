"""After the worker was away, limits that hit a party wait for a lead (DESIGN 4): nobody loses by our absence."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Beat, Case, Clock, Shop
from disputes.workflows.roles import PARTIES

GRACE = timedelta(seconds=30)  # what was sent in time may still be on its way through the door
AWAY = timedelta(minutes=10)  # a shorter gap is a restart, and no limit is missed by it
BEAT_EVERY = timedelta(seconds=10)


def notice(now: datetime) -> int:
    """Note that the worker is here at `now` (real time). After a gap, hold what ran out in it; returns how many."""
    seen = db.session.scalar(select(Beat.seen_at).where(Beat.id == 1))
    db.session.rollback()
    if seen is not None and now - seen < BEAT_EVERY:
        return 0
    with writing():
        row = db.session.scalars(select(Beat).where(Beat.id == 1).with_for_update()).one_or_none()
        before = row.seen_at if row else now
        if row:
            row.seen_at = now
        else:
            db.session.add(Beat(id=1, seen_at=now))
        held = sum(hold(shop, before, now) for shop in _shops()) if now - before > AWAY else 0
        db.session.flush()
    return held


def hold(shop: Shop, since: datetime, until: datetime) -> int:
    """Hold a shop's limits on parties that ran out between two real moments; a lead says what follows."""
    moved = timedelta(seconds=shop.clock_offset_s)
    cases = select(Case.id).where(Case.shop_id == shop.id, Case.is_open)
    held = db.session.execute(
        update(Clock)
        .where(Clock.closed_at.is_(None), Clock.paused_at.is_(None), Clock.held_at.is_(None))
        .where(Clock.actor.in_(PARTIES), Clock.case_id.in_(cases))
        .where(Clock.due_at > since + moved - GRACE, Clock.due_at <= until + moved)
        .values(held_at=until + moved)
        .returning(Clock.id)
    )
    return len(held.all())


def _shops() -> list[Shop]:
    return list(db.session.scalars(select(Shop)))
