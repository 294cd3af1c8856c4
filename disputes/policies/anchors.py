"""Where a rule starts counting, for one line of a filing, and whether something has happened to it."""

from collections.abc import Iterable
from datetime import datetime

from disputes.policies.facts import Facts, Line, Parcel
from disputes.policies.parts import Anchor
from disputes.policies.schema import Pack

_EVENTS: dict[Anchor, str] = {"purchase": "placed", "dispatch": "dispatched", "receipt": "received"}


def anchor_of(anchor: Anchor, pack: Pack, facts: Facts, line: Line) -> datetime | None:
    """The moment the line's window starts at; None while it is not known."""
    if anchor == "signature":
        return _latest(parcel.signed_at for parcel in line.parcels)
    return event_of(_EVENTS[anchor], pack, facts, line)


def event_of(name: str, pack: Pack, facts: Facts, line: Line) -> datetime | None:
    """When that happened to the line, all its parcels counted; None while it is not known to have happened."""
    if name in facts.events:
        return facts.events[name]
    if name == "placed":
        return facts.placed_at
    if name == "paid":
        return facts.paid_at
    if name == "received":
        return _latest(received_at(pack, parcel) for parcel in line.parcels)
    if name == "dispatched":
        return _latest(parcel.dispatched_at for parcel in line.parcels)
    if name == "delivered":
        return _latest(parcel.delivered_at for parcel in line.parcels)
    if name == "tracking_given":
        return _latest(parcel.tracking_at for parcel in line.parcels)
    return None


def begun(name: str, pack: Pack, facts: Facts, line: Line) -> datetime | None:
    """When that first happened to any part of the line; None while it is not known to have happened."""
    if name == "dispatched" and name not in facts.events:
        return min((parcel.dispatched_at for parcel in line.parcels if parcel.dispatched_at), default=None)
    return event_of(name, pack, facts, line)


def received_at(pack: Pack, parcel: Parcel) -> datetime | None:
    """When a parcel was received, by the steps of the pack; None leaves it to a person."""
    known: Iterable[datetime | None] = (getattr(parcel, name) for name in _steps(pack, parcel))
    return next((moment for moment in known if moment), None)


def _steps(pack: Pack, parcel: Parcel) -> tuple[str, ...]:
    # A shop that counts nothing from receipt has no steps of its own; any date shows that the parcel arrived.
    order = pack.anchors.receipt.value or () if pack.anchors else ("signed_at", "delivered_at", "agreed_at")
    own = pack.anchors.own_carriers.value if pack.anchors and pack.anchors.own_carriers else None
    if own is None or parcel.carrier is None:
        return order
    # Its own courier's parcels count from the signature, those of others from what the carrier shows.
    if parcel.carrier.casefold().strip() in own:
        return tuple(step for step in order if step != "delivered_at")
    return tuple(sorted(order, key=lambda step: step != "delivered_at"))


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    # A line has arrived when its last parcel has; one unknown parcel leaves the whole line unknown.
    known = list(moments)
    return None if not known or None in known else max(moment for moment in known if moment)
