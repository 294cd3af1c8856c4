"""Restrictions as part of a draft: one for the buyer, one for the seller, each with its own reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.words import Words
from disputes.models import Decision, Outcome, Restriction, RestrictionScope
from disputes.models.decision import RESTRICTION as ALONE
from disputes.models.restriction import HELD, SCOPES
from disputes.text import N_, Text
from disputes.workflows.core import Refused
from disputes.workflows.outcome import OUTCOME, RESTRICT
from disputes.workflows.restriction import RESTRICTION
from disputes.workflows.roles import BUYER, SELLER

# Nobody pays a buyer out, and a buyer has no listings.
SCOPES_OF = {BUYER: tuple(scope for scope in SCOPES if scope not in HELD), SELLER: SCOPES}
NONE = Text(N_("Say whom you restrict, or choose another decision."))
NO_SCOPE = Text(N_("Choose what is shut."))
NO_REASONS = Text(N_("Write the reasons for the one who is restricted."))
BACKWARDS = Text(N_("A restriction ends after it begins, and not in the past."))


@dataclass(frozen=True)
class Restricts:
    """A planned restriction of a side. Times are domain time; None: at once, and until it is lifted."""

    side: str
    scopes: Sequence[str]
    starts_at: datetime | None
    ends_at: datetime | None
    reasons: str
    clauses: Sequence[str] = ()


def check(kind: str, wanted: Sequence[Restricts], now: datetime) -> None:
    """Refused when a restriction is not one."""
    if kind == ALONE and not wanted:
        raise Refused(NONE)
    for one in wanted:
        if not one.scopes or not set(one.scopes) <= set(SCOPES_OF[one.side]):
            raise Refused(NO_SCOPE)
        if not Words.typed(one.reasons).body:
            raise Refused(NO_REASONS)
        if one.ends_at is not None and one.ends_at <= max(one.starts_at or now, now):
            raise Refused(BACKWARDS)


def plan(turn: Turn, decision: Decision, wanted: Sequence[Restricts]) -> None:
    """Write each as an outcome of the draft, with all that it would be."""
    for one in wanted:
        outcome = Outcome(
            case_id=turn.case.id, decision_id=decision.id, kind=RESTRICT, target=one.side, currency=turn.case.currency,
            state=OUTCOME.begin.dest, changed_at=turn.now,
        )  # fmt: skip
        db.session.add(outcome)
        db.session.flush()
        words = Words.typed(one.reasons)
        subject = {"account_id": turn.case.buyer_id} if one.side == BUYER else {"seller_id": turn.case.seller_id}
        row = Restriction(
            shop_id=turn.shop.id, case_id=turn.case.id, outcome_id=outcome.id, starts_at=one.starts_at,
            ends_at=one.ends_at, reasons=words.body, salt=words.salt, clauses=list(one.clauses),
            state=RESTRICTION.begin.dest, changed_at=turn.now, **subject,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        db.session.add_all(RestrictionScope(restriction_id=row.id, scope=scope) for scope in sorted(set(one.scopes)))
        db.session.flush()


def bound(decision: Decision) -> list[Any]:
    """What an approval binds of a draft's restrictions: whom, what, from when to when, why."""
    query = select(Restriction, Outcome.target).join(Outcome, Outcome.id == Restriction.outcome_id)
    found = db.session.execute(query.where(Outcome.decision_id == decision.id).order_by(Outcome.id)).all()
    return [[target, *_of(row)] for row, target in found]


def _of(row: Restriction) -> list[Any]:
    scopes = select(RestrictionScope.scope).where(RestrictionScope.restriction_id == row.id)
    starts, ends = row.starts_at, row.ends_at
    return [
        sorted(db.session.scalars(scopes)), starts.isoformat() if starts else None, ends.isoformat() if ends else None,
        Words(row.reasons, row.salt).commitment, list(row.clauses),
    ]  # fmt: skip
