"""A buyer's cases."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, tuple_

from disputes.casefile.rows import select_rows
from disputes.models import Case
from disputes.web.keyset import PAGE


def cases_of_buyer(buyer_id: int, after: tuple[datetime, int] | None) -> Select[Any]:
    """Newest first, one more than a page."""
    query = select_rows().where(Case.buyer_id == buyer_id)
    if after:
        query = query.where(tuple_(Case.opened_at, Case.id) < after)
    return query.order_by(Case.opened_at.desc(), Case.id.desc()).limit(PAGE + 1)
