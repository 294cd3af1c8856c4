"""Try failed refunds again."""

from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.models import Refund
from disputes.text import N_, Text
from disputes.workflows.core import Refused

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
