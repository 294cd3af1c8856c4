"""Words and files that came a moment too late: the step is refused, but nothing of it is lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select

from disputes.db import db, writing
from disputes.effects.unit import SYSTEM_ACTOR, Actor
from disputes.effects.words import Words, keep
from disputes.models import Clock, Message
from disputes.steps import fire_overdue, lock_case, take_step
from disputes.storage.attach import attach, told
from disputes.storage.store import Stored


def keep_late(
    public_id: str, actor: Actor, body: str, files: Sequence[Stored], *, now: datetime, received_at: datetime
) -> None:
    """Let the limit that ran out take its step, and keep what was sent on the case, marked with how late it came.

    The same words sent again are kept once."""
    with writing():
        locked = lock_case(public_id)
        assert locked is not None, "the case was there a moment ago"
        case, _ = locked
        fire_overdue(case, now=now, received_at=received_at)
        if db.session.scalar(_kept_before(case.id, actor, body)):
            return
        due = db.session.scalar(
            select(func.max(Clock.due_at)).where(
                Clock.case_id == case.id, Clock.actor == actor.role, Clock.fired_seq.is_not(None)
            )
        )
        late_by = int((received_at - due).total_seconds()) if due else None
        words = Words.typed(body)
        numbers = attach(
            case.id, files, role=actor.role, account_id=actor.id or 0, kind="late", received_at=received_at
        )
        details = {"side": actor.role, "words": words.commitment, "late_by_s": late_by, **told(numbers, files)}
        taken = take_step(case, "keep_late", SYSTEM_ACTOR, now=now, received_at=received_at, details=details)
        keep(case, actor, words, kind="late", seq=taken.seq, at=now, late_by_s=late_by)


def _kept_before(case_id: int, actor: Actor, body: str) -> Any:
    mine = (Message.case_id == case_id, Message.author_id == actor.id, Message.kind == "late")
    return select(exists().where(*mine, Message.body == body.strip()))
