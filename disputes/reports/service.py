"""Report what the other side wrote, and judge the report."""

from collections.abc import Sequence

from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.words import Words, keep
from disputes.models import Message
from disputes.steps import Refused
from disputes.text import N_, Text
from disputes.workflows.roles import PARTIES

NOT_THAT = Text(N_("That message can't be reported."))


def reportable(turn: Turn) -> Sequence[Message]:
    """What the other side wrote and nobody has reported yet, the newest first."""
    query = (
        select(Message)
        .where(Message.case_id == turn.case.id, Message.role.in_(PARTIES), Message.role != turn.actor.role)
        .where(Message.reported_at.is_(None), Message.kind != "note")  # a report's own words are for staff alone
        .order_by(Message.id.desc())
    )
    return db.session.scalars(query).all()


def report(turn: Turn, *, message_id: int, reason: str, words: str) -> None:
    """A side reports what the other wrote: it is hidden at once, and the case goes to the top of the safety queue.

    The other side is told nothing, and sees no difference."""
    message = next((m for m in reportable(turn) if m.id == message_id), None)
    if message is None:
        raise Refused(NOT_THAT)
    typed = Words.typed(words)
    taken = turn.take("report_message", details={"message": message.id, "code": reason, "words": typed.commitment})
    message.hidden, message.report_reason = True, reason
    message.reported_by, message.reported_at = turn.actor.role, turn.now
    turn.case.safety_at = turn.case.safety_at or turn.now
    keep(turn.case, turn.actor, typed, kind="note", seq=taken.seq, at=turn.now)
    db.session.flush()


def waiting_reports(turn: Turn) -> Sequence[Message]:
    """Reported messages that the desk has not looked at."""
    open_report = (Message.reported_at.is_not(None), Message.report_ended_at.is_(None))
    return db.session.scalars(select(Message).where(Message.case_id == turn.case.id, *open_report)).all()


def judge_report(turn: Turn, *, keep_hidden: bool, words: str) -> None:
    """The desk keeps the reported messages hidden, or shows them again; the case leaves the safety queue."""
    reports = waiting_reports(turn)
    typed = Words.typed(words)
    details = {"messages": [m.id for m in reports], "hidden": keep_hidden, "words": typed.commitment}
    taken = turn.take("judge_report", details=details)
    for message in reports:
        message.hidden, message.report_ended_at = keep_hidden, turn.now
    turn.case.safety_at = None
    keep(turn.case, turn.actor, typed, kind="note", seq=taken.seq, at=turn.now)
    db.session.flush()
