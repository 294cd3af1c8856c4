"""Load and authorise in one go: a screening is there for staff of its shop who are no side of it, for nobody else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, request
from flask_login import current_user
from sqlalchemy import select

from disputes.db import db, writing
from disputes.effects.screening_facts import lock_screening
from disputes.models import Order, Screening, Shop
from disputes.moment import moment
from disputes.steps import Actor, Taken, take_step
from disputes.web.arrival import arrived_at
from disputes.workflows.roles import DESK


@dataclass(frozen=True)
class Turn:
    """One person's turn on a screening: who, when, and which version of it they had seen."""

    screening: Screening
    order: Order
    shop: Shop
    actor: Actor
    now: datetime
    received_at: datetime
    seen_version: int | None = None

    def take(self, trigger: str, details: Mapping[str, Any] | None = None) -> Taken:
        """take_step with everything this turn knows. Raises Refused."""
        return take_step(
            self.screening, trigger, self.actor, now=self.now, received_at=self.received_at,
            seen_version=self.seen_version, details=details,
        )  # fmt: skip


def screening_for(public_id: str) -> Turn:
    """A screening to look at, for a reviewer or lead of its shop; else 404."""
    query = (
        select(Screening, Order, Shop)
        .join(Order, Order.id == Screening.order_id)
        .join(Shop, Shop.id == Screening.shop_id)
        .where(Screening.public_id == public_id)
    )
    row = db.session.execute(query).one_or_none()
    return _turn(row and (row[0], row[1], row[2]), None)


@contextmanager
def acting_on(public_id: str) -> Iterator[Turn]:
    """A write transaction on a screening whose order is locked; else 404. Commits at its end.

    400 when the form does not say which version its reader had seen."""
    seen = request.form.get("seen_version", type=int)
    if seen is None:
        abort(400)
    with writing():
        yield _turn(lock_screening(public_id), seen)


def _turn(row: tuple[Screening, Order, Shop] | None, seen: int | None) -> Turn:
    role = current_user.role_on(row[1]) if row else None
    if row is None or role not in DESK:
        abort(404)
    screening, order, shop = row
    return Turn(screening, order, shop, Actor(current_user.id, role), moment(shop), arrived_at(shop), seen)
