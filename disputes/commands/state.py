"""What `disputes doctor` asks the tables: is the worker there, and what waits for a person."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, or_, select

from disputes.db import db
from disputes.models import Beat, Clock, Outbox, Shop
from disputes.moment import real_now

from .finding import Finding, mend, note, well

SILENT = timedelta(minutes=1)  # a worker shows itself every ten seconds


def examine() -> Iterator[Finding]:
    """The worker's last sign of life, what could not be sent, limits that wait for a lead, switches that are off."""
    yield _worker()
    if stuck := _count(Outbox.stuck_at.is_not(None), Outbox.done_at.is_(None)):
        yield mend(f"{stuck} letters or refunds could not be sent: disputes stuck")
    if held := _count(Clock.held_at.is_not(None), Clock.closed_at.is_(None)):
        yield mend(f"{held} limits ran out while the worker was away: a lead must say what follows")
    stopped = select(Shop.name).where(or_(Shop.steps_stopped_at.is_not(None), Shop.refunds_stopped_at.is_not(None)))
    for name in db.session.scalars(stopped.order_by(Shop.name)):
        yield note(f"a lead has stopped limits or refunds of {name}")


def _count(*conditions: object) -> int:
    return db.session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


def _worker() -> Finding:
    seen = db.session.scalar(select(Beat.seen_at).where(Beat.id == 1))
    if seen is None:
        return mend("the worker has never run: disputes worker")
    if real_now() - seen > SILENT:
        return mend(f"the worker was last seen on {seen:%d %b %Y at %H:%M} UTC: disputes worker")
    return well("the worker is there")
