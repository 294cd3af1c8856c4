"""Where a window starts counting, for one line of a filing."""

from collections.abc import Iterable
from datetime import datetime

from disputes.policies.facts import Facts, Line, Parcel
from disputes.policies.parts import Anchor
from disputes.policies.schema import Pack


def anchor_of(anchor: Anchor, pack: Pack, facts: Facts, line: Line) -> datetime | None:
    """The moment the line's window starts at; None while it is not known."""
    if anchor == "purchase":
        return facts.placed_at
    if anchor == "dispatch":
        return _latest(parcel.dispatched_at for parcel in line.parcels)
    return _latest(_received_at(pack, parcel) for parcel in line.parcels)


def _received_at(pack: Pack, parcel: Parcel) -> datetime | None:
    order = pack.anchors.receipt.value if pack.anchors else None
    moments: Iterable[datetime | None] = (getattr(parcel, name) for name in order or ())
    return next((moment for moment in moments if moment), None)


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    # A line has arrived when its last parcel has; one unknown parcel leaves the whole line unknown.
    known = list(moments)
    return None if not known or None in known else max(moment for moment in known if moment)
