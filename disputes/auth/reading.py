"""Who read what. Written before the page leaves the house: what cannot be noted is not shown."""

from collections.abc import Iterable
from typing import Any

from flask_login import current_user
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from disputes.db import db, writing
from disputes.models import Reading
from disputes.moment import real_now

SPAN_S = 300  # reloading within these seconds is one reading
CASE, NOTE, EVIDENCE, RESTRICTION = "case", "note", "evidence", "restriction"
REFERRAL, BUNDLE = "referral", "bundle"


def note_reading(case_id: int, role: str, things: Iterable[tuple[str, int]]) -> None:
    """Note that the person behind this request read `things`, (what, id of its row), of a case in `role`.

    One statement in a write transaction of its own; rows already read lose what they had loaded. Raises Busy."""
    now = real_now()
    common = {"at": now, "account_id": current_user.id, "role": role, "case_id": case_id}
    rows = [
        {**common, "what": what, "object_id": row_id, "span": int(now.timestamp()) // SPAN_S} for what, row_id in things
    ]
    if rows:
        with writing() as session:
            session.execute(_unless_there(rows))


def _unless_there(rows: list[dict[str, Any]]) -> Any:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    table = Reading.__table__
    assert isinstance(table, Table)
    return dialect.insert(table).values(rows).on_conflict_do_nothing()
