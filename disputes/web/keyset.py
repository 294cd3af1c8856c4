"""Paging by key: the next page begins after the last row shown, however many rows there are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import abort, request

PAGE = 25
FURTHEST = 2**63 - 1  # beyond it no database counts


def after() -> tuple[datetime, int] | None:
    """The row the page begins after, from ?after=; 400 when it is not one of ours."""
    text = request.args.get("after")
    if not text:
        return None
    try:
        at, _, row_id = text.rpartition("_")
        moment, number = datetime.fromisoformat(at), int(row_id)
        if moment.tzinfo is None or not 0 <= number <= FURTHEST:
            raise ValueError(text)
        return moment.astimezone(UTC), number
    except (ValueError, OverflowError):
        abort(400)


def page(found: Sequence[Any], key: Any, size: int = PAGE) -> tuple[Sequence[Any], str | None]:
    """The rows of one page and the cursor of the next, from one row more than a page."""
    if len(found) <= size:
        return found, None
    at, row_id = key(found[size - 1])
    return found[:size], f"{at.isoformat()}_{row_id}"
