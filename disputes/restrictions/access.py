"""Load and authorise in one go: a restriction is there for its subject and for staff, for nobody else (DESIGN 4)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, request
from flask_login import current_user
from sqlalchemy import select

from disputes.db import db, writing
from disputes.effects.house_facts import lock_subject
from disputes.models import Case, Restriction, Shop
from disputes.moment import moment
from disputes.steps import Actor, Taken, take_step
from disputes.web.arrival import arrived_at
from disputes.workflows.restriction import UNTOLD
from disputes.workflows.roles import PARTIES


@dataclass(frozen=True)
class Turn:
    """One actor's turn on a restriction: who, when, and which version of it they had seen."""

    restriction: Restriction
    shop: Shop
    actor: Actor
    now: datetime
    received_at: datetime
    seen_version: int | None = None

    def take(self, trigger: str, details: Mapping[str, Any] | None = None) -> Taken:
        """take_step with everything this turn knows. Raises Refused."""
        return take_step(
            self.restriction, trigger, self.actor, now=self.now, received_at=self.received_at,
            seen_version=self.seen_version, details=details,
        )  # fmt: skip


@dataclass(frozen=True)
class _Subject:
    """A restriction as something with sides: its one subject."""

    buyer_id: int | None
    seller_id: int | None
    shop_id: str


def restriction_for(public_id: str, *roles: str) -> Turn:
    """A restriction to look at, for somebody who has one of `roles` on it; else 404."""
    query = select(Restriction, Shop).join(Shop, Shop.id == Restriction.shop_id)
    row = db.session.execute(query.where(Restriction.public_id == public_id)).one_or_none()
    return _turn(row and (row[0], row[1]), roles, None)


@contextmanager
def acting_on(public_id: str, *roles: str) -> Iterator[Turn]:
    """A write transaction on a restriction whose subject is locked; else 404. Commits at its end.

    400 when the form does not say which version its reader had seen."""
    seen = request.form.get("seen_version", type=int)
    if seen is None:
        abort(400)
    with writing():
        locked = lock_subject(public_id)
        yield _turn(locked and (locked[0], locked[2]), roles, seen)


def _turn(row: tuple[Restriction, Shop] | None, roles: tuple[str, ...], seen: int | None) -> Turn:
    role = _role_on(row[0]) if row else None
    if row is None or role not in roles:
        abort(404)
    restriction, shop = row
    return Turn(restriction, shop, Actor(current_user.id, role), moment(shop), arrived_at(shop), seen)


def _role_on(restriction: Restriction) -> str | None:
    """The role the person behind this request has on it. None for the other side, though it be staff elsewhere, and for
    its subject as long as it is a plan."""
    subject = _Subject(restriction.account_id, restriction.seller_id, restriction.shop_id)
    role: str | None = current_user.role_on(subject)
    if role in PARTIES:
        return role if restriction.state not in UNTOLD else None
    case = db.session.get_one(Case, restriction.case_id)
    return None if current_user.role_on(case) in PARTIES else role
