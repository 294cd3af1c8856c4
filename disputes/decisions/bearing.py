"""Who bears a refund besides the seller: the platform, or, for proven fraud, the buyer who got it."""

from collections.abc import Sequence

from sqlalchemy import select

from disputes.db import db
from disputes.models import Decision, Outcome
from disputes.steps import Refused
from disputes.text import N_, Text
from disputes.workflows.outcome import DEBIT

TOO_MUCH = N_("The platform cannot bear more than goes back: %(most)s.")
NOT_PROVEN = Text(N_("Name the exhibit that proves the fraud."))
NOTHING_TO_TAKE = Text(N_("There is nothing to take back from the buyer: nothing went back before, or it stays."))


def check_bearing(decision: Decision, exhibits: Sequence[int]) -> None:
    """Refused when the platform would bear more than goes back, or fraud is said that nothing proves."""
    query = select(Outcome.kind, Outcome.amount_minor).where(Outcome.decision_id == decision.id)
    planned = {kind: minor or 0 for kind, minor in db.session.execute(query)}
    most = planned.get("refund", 0)
    if decision.platform_minor > most:
        raise Refused(Text(TOO_MUCH, {"most": {"minor": most, "currency": decision.currency}}))
    if decision.fraud and not exhibits:
        raise Refused(NOT_PROVEN)
    if decision.fraud and DEBIT not in planned:
        raise Refused(NOTHING_TO_TAKE)
