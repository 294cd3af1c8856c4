"""Words that came a moment too late: the step is refused, but nobody's text is lost."""

from datetime import datetime

from sqlalchemy import func, select

from disputes.db import db, writing
from disputes.effects.unit import SYSTEM_ACTOR, Actor
from disputes.effects.words import Words, keep
from disputes.models import Clock
from disputes.steps import fire_overdue, lock_case, take_step


def keep_late(public_id: str, actor: Actor, body: str, *, now: datetime, received_at: datetime) -> None:
    """Let the limit that ran out take its step, and keep the text on the case, marked with how late it came."""
    with writing():
        locked = lock_case(public_id)
        assert locked is not None, "the case was there a moment ago"
        case, _ = locked
        fire_overdue(case, now=now, received_at=received_at)
        due = db.session.scalar(
            select(func.max(Clock.due_at)).where(
                Clock.case_id == case.id, Clock.actor == actor.role, Clock.fired_seq.is_not(None)
            )
        )
        late_by = int((received_at - due).total_seconds()) if due else None
        words = Words.typed(body)
        details = {"side": actor.role, "words": words.commitment, "late_by_s": late_by}
        taken = take_step(case, "keep_late", SYSTEM_ACTOR, now=now, received_at=received_at, details=details)
        keep(case, actor, words, kind="late", seq=taken.seq, at=now, late_by_s=late_by)
