"""Plan what follows, and let a second person approve it."""

from collections.abc import Sequence

from disputes.db import db
from disputes.effects.words import Words
from disputes.models import Chargeback
from disputes.text import N_, Text
from disputes.workflows.chargeback import ACCEPT, CONTEST
from disputes.workflows.core import Refused
from disputes.workflows.freeze import CALL_OFF, SEND

from .access import Turn

APPROVES = {
    CONTEST: "approve_contest",
    ACCEPT: "approve_accept",
    SEND: "free_send",
    CALL_OFF: "free_call_off",
}


NOTHING = Text(N_("Nothing is planned yet, so there is nothing to approve."))


def plan(turn: Turn, *, plan: str, words: str, exhibits: Sequence[int] = ()) -> None:
    """Write what should follow, in place of what was planned before. A second person must agree."""
    record, typed = turn.record, Words.typed(words)
    record.plan, record.words, record.salt, record.asked_by = plan, typed.body, typed.salt, turn.actor.id
    record.approved_by = None  # of an earlier round
    if isinstance(record, Chargeback):
        record.exhibits = sorted(exhibits)
    turn.take("plan" if isinstance(record, Chargeback) else "ask")
    db.session.flush()


def approve(turn: Turn, *, read: str) -> None:
    """A second person agrees to the plan with the digest `read`, exactly as it stands."""
    if turn.record.plan is None:
        raise Refused(NOTHING)
    turn.take(APPROVES[turn.record.plan], {"read": read})
    db.session.flush()


def send_back(turn: Turn) -> None:
    """A second person does not agree; the plan stays written, and can be changed."""
    turn.take("send_back")
    db.session.flush()
