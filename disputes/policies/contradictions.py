"""What no single table of a pack can know: tables that need each other, or speak against each other."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from disputes.policies.duration import Duration, Kind
from disputes.policies.nearest import did_you_mean

if TYPE_CHECKING:
    from disputes.policies.schema import Pack


def contradictions(pack: "Pack") -> Iterator[str]:
    """One message for each, with the path it stands at."""
    windows = [window for by_ground in pack.windows.values() for window in by_ground.values()]
    if pack.anchors is None and any(window.anchor == "receipt" for window in windows):
        yield "a window starts at receipt, but anchors.receipt is missing"
    if pack.calendar.workweek is None and any(length.kind is Kind.BUSINESS for length in _lengths(pack)):
        yield "business days need calendar.workweek"
    if pack.insurance is None:
        for line, rows in pack.costs.items():
            for name, row in rows.items():
                if "insurer" in (row.value or ()):
                    yield f"costs.{line}.{name}: an insurer pays, but there is no table insurance"
    yield from _channels(pack)


def _lengths(pack: "Pack") -> Iterator[Duration]:
    limits = [
        *(window for by_ground in pack.windows.values() for window in by_ground.values()),
        *(promise.latest for promise in pack.promises.values()),
        *(timer.limit for timer in pack.timers.values()),
        *(timer.target for timer in pack.timers.values() if timer.target),
        *(other.limit for timer in pack.timers.values() for other in timer.override),
        *(clock.limit for clock in pack.clocks.values()),
        *(other.limit for clock in pack.clocks.values() for other in clock.override),
        *(stage.lock_after for stage in pack.stages.values() if stage.lock_after),
    ]
    yield from (limit.value for limit in limits if limit.value)


def _channels(pack: "Pack") -> Iterator[str]:
    hidden = pack.contact.no_direct_address and pack.contact.no_direct_address.value
    for name, channel in pack.channels.items():
        if channel.hours is not None and channel.hours not in pack.hours:
            hint = did_you_mean(channel.hours, pack.hours)
            yield f"channels.{name}.hours: unknown hours '{channel.hours}'{hint}"
        if hidden and channel.kind == "email" and channel.address:
            yield f"channels.{name}.address: contact.no_direct_address says that there is none"
    always = pack.contact.always.value if pack.contact.always else None
    if always is not None and (always not in pack.channels or not pack.channels[always].offered.value):
        hint = did_you_mean(always, pack.channels)
        yield f"contact.always: '{always}' is not among the channels on offer{hint}"
