"""Try failed refunds again, and confirm what was paid by hand."""

from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.words import Words, keep
from disputes.models import Outcome, Refund
from disputes.steps import Refused
from disputes.text import N_, Text

NOTHING_OWED = Text(N_("There is nothing to pay here any more."))
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


def confirm_paid(turn: Turn, *, outcome_id: int, reference: str) -> None:
    """A lead has paid a seller what the platform owes after an appeal. Refused when there is nothing to pay."""
    query = select(Outcome).where(Outcome.id == outcome_id, Outcome.case_id == turn.case.id)
    outcome = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if outcome is None:
        raise Refused(NOTHING_OWED)
    words = Words.typed(reference)
    taken = turn.take("confirm_paid", record=outcome, details={"words": words.commitment})
    keep(turn.case, turn.actor, words, kind="note", seq=taken.seq, at=turn.now)
