"""A buyer's cases."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, tuple_

from disputes.auth.people import Person
from disputes.casefile.rows import select_rows
from disputes.models import Case
from disputes.web.keyset import PAGE


def cases_of_buyer(person: Person, after: tuple[datetime, int] | None) -> Select[Any]:
    """Newest first, one more than a page."""
    query = select_rows().where(person.bought(Case))
    if after:
        query = query.where(tuple_(Case.opened_at, Case.id) < after)
    return query.order_by(Case.opened_at.desc(), Case.id.desc()).limit(PAGE + 1)
