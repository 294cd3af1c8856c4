"""Appeal against a restriction, answer the appeal, lift it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from disputes.db import db
from disputes.effects.restrictions import scopes_of
from disputes.effects.words import Words
from disputes.models import RestrictionAppeal
from disputes.models.restriction import EVERYTHING
from disputes.text import N_, Text
from disputes.workflows.core import Refused

from .access import Turn

VARIED, OVERTURNED, UPHELD = "varied", "overturned", "upheld"
TAKES = {UPHELD: "uphold", VARIED: "vary", OVERTURNED: "overturn"}
NOT_LESS = Text(N_("What is left must be less than before: an earlier end, or fewer things shut."))


def appeal(turn: Turn, *, ground: str, words: str) -> None:
    """The subject appeals, once, on one of three grounds (DESIGN 9)."""
    typed = Words.typed(words)
    turn.take("appeal", {"ground": ground, "words": typed.commitment})
    db.session.add(
        RestrictionAppeal(
            restriction_id=turn.restriction.id, account_id=turn.actor.id, ground=ground, words=typed.body,
            salt=typed.salt, filed_at=turn.now,
        )
    )  # fmt: skip
    db.session.flush()


def answer(
    turn: Turn, *, result: str, words: str, scopes: Sequence[str] = (), ends_at: datetime | None = None
) -> None:  # fmt: skip
    """Somebody who had no part in it answers the appeal: it stays, is lifted, or becomes less.

    `scopes` and `ends_at` (None: without an end) are what is left of one that is varied."""
    typed = Words.typed(words)
    details: dict[str, object] = {"words": typed.commitment}
    if result == VARIED:
        details |= _less(turn, scopes, ends_at)
    query = select(RestrictionAppeal).where(RestrictionAppeal.restriction_id == turn.restriction.id)
    filed = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if filed is not None and filed.decided_at is None:
        filed.decided_at, filed.decided_by, filed.result = turn.now, turn.actor.id, result
        filed.answer, filed.answer_salt = typed.body, typed.salt
        db.session.flush()
    turn.take(TAKES[result], details)


def _less(turn: Turn, scopes: Sequence[str], ends_at: datetime | None) -> dict[str, object]:
    """What is left, checked: an appeal makes nothing worse for whoever appealed."""
    before, after = set(scopes_of(turn.restriction)), set(scopes)
    ended = turn.restriction.ends_at
    later = ended is not None and (ends_at is None or ends_at > ended)
    over = ends_at is not None and ends_at <= max(turn.now, turn.restriction.starts_at or turn.now)
    wider = not after or not (after <= before or EVERYTHING in before)
    same = (after == before or EVERYTHING in after) and ends_at == ended
    if later or over or wider or same:
        raise Refused(NOT_LESS)
    return {"scopes": sorted(after), "ends_at": ends_at.isoformat() if ends_at else None}


def lift(turn: Turn, *, words: str) -> None:
    """A lead lifts it, and says why; its subject reads that."""
    typed = Words.typed(words)
    turn.take("lift", {"words": typed.commitment})
    turn.restriction.lifted_why, turn.restriction.lifted_salt = typed.body, typed.salt
    db.session.flush()
