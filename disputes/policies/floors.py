"""A window marked `statutory` is a floor: whoever builds on it may make it longer, never shorter, nor take it away."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import isodate

from disputes.policies.duration import Duration

# Two lengths are compared from one day; which one does not matter as long as it is the same.
_DAY = date(2026, 1, 1)


def undercut(parent: Mapping[str, Any], child: Mapping[str, Any]) -> Iterator[str]:
    """A message for each statutory window of the parent's tables that the child's tables make worse."""
    for request, by_ground in child.get("windows", {}).items():
        for ground, window in by_ground.items() if isinstance(by_ground, dict) else ():
            floor = parent.get("windows", {}).get(request, {}).get(ground)
            if isinstance(floor, dict) and floor.get("statutory") and _worse(floor, window):
                yield f"windows.{request}.{ground}: the parent's {floor['value']} is statutory; this would undercut it"


def _worse(floor: Mapping[str, Any], window: Any) -> bool:
    if not isinstance(window, dict) or window.get("anchor") != floor.get("anchor"):
        return True
    try:
        return _ends(window.get("value")) < _ends(floor.get("value"))
    except ValueError:
        return False  # the schema will say what is wrong with it


def _ends(text: object) -> date:
    length = Duration.parse(text)
    last: date = _DAY + isodate.parse_duration(length.text)
    return last
