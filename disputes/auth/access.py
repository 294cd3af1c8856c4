"""Load and authorise in one go: a case that is not yours answers exactly like one that is not there."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, request
from flask_login import current_user
from sqlalchemy import select

from disputes.db import db, writing
from disputes.late import keep_late
from disputes.models import Case, Shop
from disputes.moment import moment
from disputes.steps import Actor, Record, Refused, Taken, lock_case, take_step
from disputes.storage.store import Stored
from disputes.web.arrival import arrived_at
from disputes.workflows.roles import PARTIES


@dataclass(frozen=True)
class Turn:
    """One actor's turn on a case: who, when, and which version of it they had seen."""

    case: Case
    shop: Shop
    actor: Actor
    now: datetime
    received_at: datetime
    seen_version: int | None = None

    def take(self, trigger: str, record: Record | None = None, details: Mapping[str, Any] | None = None) -> Taken:
        """take_step with everything this turn knows. Raises Refused."""
        return take_step(
            record or self.case, trigger, self.actor, now=self.now, received_at=self.received_at,
            seen_version=self.seen_version, details=details,
        )  # fmt: skip


def case_for(public_id: str, *roles: str) -> Turn:
    """A case to look at, for somebody who has one of `roles` on it; else 404."""
    row = db.session.execute(
        select(Case, Shop).join(Shop, Shop.id == Case.shop_id).where(Case.public_id == public_id)
    ).one_or_none()
    return _turn(row and (row[0], row[1]), roles, None)


@contextmanager
def acting(public_id: str, *roles: str, words: str | None = None, files: Sequence[Stored] = ()) -> Iterator[Turn]:
    """A write transaction on a locked case, for somebody who has one of `roles` on it; else 404. Commits at its end.

    400 when the form does not say which version of the case its reader had seen. A party's `words` and `files` that
    came after their limit are kept on the case, though the step is refused."""
    seen = request.form.get("seen_version", type=int)
    if seen is None:
        abort(400)
    turn: Turn | None = None
    try:
        with writing():
            turn = _turn(lock_case(public_id), roles, seen)
            yield turn
    except Refused as refused:
        refused.case = public_id
        if turn and refused.late and words and turn.actor.role in PARTIES:
            keep_late(public_id, turn.actor, words, files, now=turn.now, received_at=turn.received_at)
            refused.saved = True
        raise


def _turn(row: tuple[Case, Shop] | None, roles: tuple[str, ...], seen: int | None) -> Turn:
    role = current_user.role_on(row[0]) if row else None
    if row is None or role not in roles:
        abort(404)
    case, shop = row
    return Turn(case, shop, Actor(current_user.id, role), moment(shop), arrived_at(shop), seen)
