"""Try failed refunds again, and confirm what was paid by hand."""

from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.words import Words, keep
from disputes.models import Outbox, Outcome, Refund
from disputes.outbox import lease
from disputes.steps import Refused
from disputes.text import N_, Text

from .queries import SENDING

NOTHING_OWED = Text(N_("There is nothing to pay here any more."))
NOBODY_WAITS = Text(N_("There is nothing to ask again."))
NONE = Text(N_("There is no failed refund to send again."))


def retry(turn: Turn) -> int:
    """Send every failed refund of a case again, each under a new key. Returns how many; Refused when there is none."""
    query = select(Refund).where(Refund.case_id == turn.case.id, Refund.state == "failed").order_by(Refund.id)
    refunds = db.session.scalars(query.execution_options(populate_existing=True)).all()
    if not refunds:
        raise Refused(NONE)
    for refund in refunds:
        turn.take("retry", record=refund)
    return len(refunds)


def ask_again(turn: Turn) -> int:
    """Let the worker ask the provider again, with the keys it had. Returns how often; Refused when nobody waits."""
    stuck = (Outbox.case_id == turn.case.id, Outbox.kind.in_(SENDING), Outbox.stuck_at.is_not(None))
    rows = db.session.scalars(select(Outbox.id).where(*stuck).order_by(Outbox.id)).all()
    count = sum(lease.revive(row) for row in rows)
    if not count:
        raise Refused(NOBODY_WAITS)
    return count


def confirm_paid(turn: Turn, *, outcome_id: int, reference: str) -> None:
    """A lead has paid a seller what the platform owes after an appeal. Refused when there is nothing to pay."""
    query = select(Outcome).where(Outcome.id == outcome_id, Outcome.case_id == turn.case.id)
    outcome = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if outcome is None:
        raise Refused(NOTHING_OWED)
    _paid(turn, "confirm_paid", outcome, reference)


def pay_by_hand(turn: Turn, *, refund_id: int, reference: str) -> None:
    """A lead has paid a buyer another way what the provider will not send. Refused when it is not there."""
    query = select(Refund).where(Refund.id == refund_id, Refund.case_id == turn.case.id)
    refund = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if refund is None:
        raise Refused(NONE)
    _paid(turn, "pay_by_hand", refund, reference)


def _paid(turn: Turn, trigger: str, record: Outcome | Refund, reference: str) -> None:
    """The step, with the reference of the payment as a note beside it."""
    words = Words.typed(reference)
    taken = turn.take(trigger, record=record, details={"words": words.commitment})
    keep(turn.case, turn.actor, words, kind="note", seq=taken.seq, at=turn.now)
