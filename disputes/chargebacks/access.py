"""Load and authorise in one go: a chargeback or a freeze is there for the staff of its shop, for nobody else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, request
from flask_login import current_user
from sqlalchemy import select

from disputes.db import db, writing
from disputes.effects.frozen import lock_payment
from disputes.effects.payment_moves import Record, payment_facts
from disputes.models import Chargeback, Freeze, Shop
from disputes.moment import moment
from disputes.steps import Actor, Taken, take_step
from disputes.web.arrival import arrived_at


@dataclass(frozen=True)
class Turn:
    """One actor's turn on a payment's record: who, when, and which version of it they had seen."""

    record: Record
    shop: Shop
    actor: Actor
    now: datetime
    received_at: datetime
    seen_version: int | None = None

    def take(self, trigger: str, details: Mapping[str, Any] | None = None) -> Taken:
        """take_step with everything this turn knows. Raises Refused."""
        return take_step(
            self.record, trigger, self.actor, now=self.now, received_at=self.received_at,
            seen_version=self.seen_version, details=details,
        )  # fmt: skip


def record_for(public_id: str, *roles: str) -> Turn:
    """A chargeback or freeze to look at, for somebody who has one of `roles` in its shop; else 404."""
    record = _find(public_id)
    shop = db.session.get(Shop, record.shop_id)
    return _turn(record, shop, roles, None)


@contextmanager
def acting_on(public_id: str, *roles: str) -> Iterator[Turn]:
    """A write transaction on a record whose payment is locked; else 404. Commits at its end.

    400 when the form does not say which version its reader had seen."""
    seen = request.form.get("seen_version", type=int)
    if seen is None:
        abort(400)
    payment_id = _find(public_id).payment_id
    with writing():
        _, shop, _ = lock_payment(payment_id)
        yield _turn(_find(public_id), shop, roles, seen)


def _find(public_id: str) -> Record:
    for table in (Chargeback, Freeze):
        query = select(table).where(table.public_id == public_id).execution_options(populate_existing=True)
        found = db.session.scalars(query).one_or_none()
        if isinstance(found, Chargeback | Freeze):
            return found
    abort(404)


def _turn(record: Record, shop: Shop | None, roles: tuple[str, ...], seen: int | None) -> Turn:
    role = next((role for role in roles if record.shop_id in current_user.shops_as(role)), None)
    if role is None or shop is None:
        abort(404)
    actor = Actor(current_user.id, role)
    if payment_facts(record, actor)[0].conflicted:
        abort(404)  # nobody looks into what they bought or sell themselves
    return Turn(record, shop, actor, moment(shop), arrived_at(shop), seen)
