"""A seller's cases, by deadline."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, tuple_

from disputes.auth.people import Person
from disputes.casefile.rows import select_rows
from disputes.models import Case
from disputes.web.keyset import PAGE
from disputes.workflows.case import CASE, TALKING

TABS = {
    "answer": TALKING,
    "waiting": tuple(s.name for s in CASE.states if s.open and s.name not in TALKING),
    "closed": tuple(s.name for s in CASE.states if not s.open),
}


def inbox(person: Person, tab: str, after: tuple[datetime, int] | None) -> Select[Any]:
    """One page of a tab, the nearest deadline first, one more than a page."""
    query = select_rows().where(
        Case.seller_id.in_(person.sellers), Case.is_open == (tab != "closed"), Case.public_state.in_(TABS[tab])
    )
    if after:
        query = query.where(tuple_(Case.queue_at, Case.id) > after)
    return query.order_by(Case.queue_at, Case.id).limit(PAGE + 1)
