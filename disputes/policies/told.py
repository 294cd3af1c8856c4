"""What a shop's tags and its listing tell the rules about a line. docs/orders.md names them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from disputes.policies.signs import SIGNS

SEEN, NOT_SEEN, NOTICE = "seen_", "not_seen_", "notice_"


def told_of_line(tags: Sequence[str], promised: Mapping[str, str], placed_at: datetime) -> dict[str, Any]:
    """Fields of `facts.Line`; what is not told is left out, so that it stays unknown.

    `promised` is the listing's table of names and texts as it stood at `placed_at`: what it showed was shown then."""
    told: dict[str, Any] = {"tags": tuple(tags), "backordered": "backordered" in tags}
    if "sealed" in tags:
        told["sealed_goods"] = True
    signs = {sign: True for sign in SIGNS if SEEN + sign in tags} | {s: False for s in SIGNS if NOT_SEEN + s in tags}
    days = {name: _day(promised.get(name, "")) for name in ("warranty_until", "promised_dispatch")}
    notices = {name.removeprefix(NOTICE): placed_at for name in promised if name.startswith(NOTICE)}
    told |= {name: day for name, day in days.items() if day}
    return told | {name: value for name, value in (("signs", signs), ("notices", notices)) if value}


def _day(text: str) -> date | None:
    """A listing is what a shop wrote: what is no date tells nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
