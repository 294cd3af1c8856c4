"""The facts of an order a reviewer looks at first: dates, channel, who paid how."""

from typing import Any

from sqlalchemy import select

from disputes.db import db
from disputes.models import Parcel
from disputes.text import N_, Text

from .read import Raw


def fact_rows(raw: Raw) -> tuple[tuple[Text, Any], ...]:
    """(label, value) pairs; a date nobody knows is said to be unknown."""
    unknown = Text(N_("not known"))
    parcels = db.session.scalars(select(Parcel).where(Parcel.order_id == raw.order.id).order_by(Parcel.id)).all()
    rows: list[tuple[Text, Any]] = [
        (Text(N_("Bought")), Text("%(at)s", {"at": raw.order.placed_at})),
        (Text(N_("Through")), raw.order.channel),
        (Text(N_("Sent to")), raw.order.country),
    ]
    for parcel in parcels:
        sent = Text("%(at)s", {"at": parcel.dispatched_at}) if parcel.dispatched_at else unknown
        came = parcel.signed_at or parcel.delivered_at
        arrived = Text("%(at)s", {"at": came}) if came else unknown
        name = f"{parcel.carrier or ''} {parcel.tracking or ''}".strip() or parcel.ref
        told = N_("sent %(sent)s, arrived %(arrived)s")
        rows.append((Text(N_("Parcel %(name)s"), {"name": name}), Text(told, {"sent": sent, "arrived": arrived})))
    if not parcels:
        rows.append((Text(N_("Parcels")), Text(N_("none sent yet, as far as the shop has told us"))))
    return tuple(rows)
