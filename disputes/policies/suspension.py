"""Declared incidents: a deadline that may be suspended moves by the time they lasted."""

from datetime import datetime, timedelta

from disputes.policies.facts import Facts
from disputes.policies.schema import Pack


def moved(pack: Pack, facts: Facts, start: datetime, end: datetime) -> datetime:
    """The end of a suspended deadline: later by every suspending incident that lies in it, overlaps counted once."""
    kinds = pack.calendar.suspending.value if pack.calendar.suspending else None
    incidents = sorted(
        (
            incident
            for incident in (*pack.calendar.incidents, *facts.incidents)
            if incident.kind in (kinds or ()) and incident.touches(facts.region)
        ),
        key=lambda incident: incident.begins,
    )
    counted = start
    for incident in incidents:
        part = incident.overlap(counted, end)
        if part:
            first, last = part
            lasted: timedelta = max(incident.ends, last) - first
            end, counted = end + lasted, first + lasted
    return end
