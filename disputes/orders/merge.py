"""Bring rows in line with what was sent, and say whether anything changed."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from disputes.db import Base, db

Row = TypeVar("Row", bound=Base)
Key = TypeVar("Key", bound=Hashable)


def put(row: Base, values: Mapping[str, Any]) -> bool:
    """Set what differs."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def merge(rows: dict[Key, Row], wanted: Mapping[Key, Mapping[str, Any]], make: Callable[[Key], Row]) -> bool:
    """Change and add rows, in `rows` and in the session, until all that is wanted is there. Removes nothing."""
    changed = False
    for key, values in wanted.items():
        if key not in rows:
            rows[key] = make(key)
            db.session.add(rows[key])
        changed |= put(rows[key], values)
    db.session.flush()
    return changed
