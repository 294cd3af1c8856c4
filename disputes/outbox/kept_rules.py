"""Compare published and proposed shop rules with what their histories say. Reads only."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from disputes.db import db
from disputes.effects.chain import commitment
from disputes.effects.rules_moves import digest_of
from disputes.models import HouseEvent, PublishedRules
from disputes.policies.errors import PackError
from disputes.rules import registry


def changed_rules() -> tuple[int, list[str]]:
    """How many texts there are, and a line for each that is not what its history was told, or cannot be read."""
    count, faults = 0, []
    for row in db.session.scalars(select(PublishedRules).order_by(PublishedRules.id)):
        count += 1
        faults += [f"shop rules {row.rules}@{row.number}: {line}" for line in _lines(row, _told(row))]
    try:
        registry(newest=True)
    except PackError as broken:
        faults += [f"shop rules: {fault}" for fault in broken.faults]
    return count, faults


def _told(row: PublishedRules) -> list[Mapping[str, Any]]:
    query = select(HouseEvent.details).where(HouseEvent.root == PublishedRules.__tablename__)
    return list(db.session.scalars(query.where(HouseEvent.root_id == str(row.id)).order_by(HouseEvent.seq)))


def _lines(row: PublishedRules, told: list[Mapping[str, Any]]) -> Iterator[str]:
    if not told or not told[-1].get("digest") == row.digest == digest_of(row):
        yield "the text is not what was written"
    words = [details["words"] for details in told if details.get("words")]
    if words and words[-1] != commitment(row.salt, row.answer):
        yield "why it was sent back is not what was written"
