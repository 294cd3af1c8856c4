"""Try failed refunds again."""

from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.models import Refund


def retry(turn: Turn) -> int:
    """Send every failed refund of a case again, each under a new key. Returns how many there were."""
    query = select(Refund).where(Refund.case_id == turn.case.id, Refund.state == "failed").order_by(Refund.id)
    refunds = db.session.scalars(query.execution_options(populate_existing=True)).all()
    for refund in refunds:
        turn.take("retry", record=refund)
    return len(refunds)
