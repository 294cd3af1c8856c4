"""What a lead can halt, and the limits that wait for one."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from disputes.db import db
from disputes.models import Case, Clock, Shop

MOST = 500


def shops(ids: Iterable[str]) -> Sequence[Shop]:
    """The shops a lead leads, by name."""
    return db.session.scalars(select(Shop).where(Shop.id.in_(list(ids))).order_by(Shop.name)).all()


def held(ids: Iterable[str]) -> Sequence[Any]:
    """(clock, case) of limits that ran out while we were away, the oldest first."""
    return db.session.execute(
        select(Clock, Case)
        .join(Case, Case.id == Clock.case_id)
        .where(Clock.held_at.is_not(None), Clock.closed_at.is_(None), Case.shop_id.in_(list(ids)))
        .order_by(Clock.held_at, Clock.id)
        .limit(MOST)
    ).all()
