"""How the shop can be reached now, in this language and for this purpose."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from disputes.policies.parts_talk import Channel
from disputes.policies.parts_time import WEEKDAYS, Hours
from disputes.policies.schema import Pack
from disputes.policies.standing import Value
from disputes.policies.verdict import Result, Verdict, by_rule
from disputes.text import N_


class Wanted(BaseModel):
    """Who wants to reach the shop: about what, in which language, which teams are at work (None: not known)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: str = ""
    language: str | None = None
    available: tuple[str, ...] | None = None
    tier: str | None = None


def contacts(pack: Pack, wanted: Wanted, at: datetime) -> tuple[Verdict, ...]:
    """A verdict `contact:<channel>` for each channel of this purpose; the one that is always there comes first."""
    own = {name: it for name, it in pack.channels.items() if wanted.purpose in it.purposes}
    named = own or {name: it for name, it in pack.channels.items() if not it.purposes}
    if pack.contact.always and (always := str(pack.contact.always.value)) in pack.channels:
        named = {always: pack.channels[always]} | named
    open_to = {name: it for name, it in named.items() if not it.tiers or wanted.tier in it.tiers}
    if not open_to:
        return (by_rule("contact", Result.NOT_STATED, N_("The shop's rules name no way to reach the shop.")),)
    return tuple(_judge(pack, name, it, wanted, at) for name, it in open_to.items())


def _judge(pack: Pack, name: str, channel: Channel, wanted: Wanted, at: datetime) -> Verdict:
    called = f"contact:{name}"
    always = pack.contact.always if pack.contact.always and pack.contact.always.value == name else None
    spoken = channel.languages.value if channel.languages else None
    stranger = spoken is not None and wanted.language is not None and wanted.language not in spoken
    if stranger and always is None:
        text = N_("This way is not there in your language.")
        return by_rule(called, Result.FAIL, text, channel.languages, code="language")
    if channel.by_availability and always is None and name not in (wanted.available or ()):
        result = Result.UNDETERMINED if wanted.available is None else Result.FAIL
        text = N_("This way is there when the team is.")
        return by_rule(called, result, text, channel.by_availability, code="availability")
    hours = pack.hours.get(channel.hours or "")
    if hours and not opens(hours, at):
        again = next_opening(hours, at).isoformat()
        text = N_("Nobody is there at this hour.")
        return by_rule(called, Result.FAIL, text, hours.days, hours.zone, code="closed", opens_at=again)
    details: dict[str, Any] = {}
    if channel.address and channel.address.value:
        details["address"] = channel.address.value
    if stranger and pack.contact.fallback_language:
        details["language"] = pack.contact.fallback_language.value
    kept = (hours.always or hours.days) if hours else None
    rules: tuple[Value[Any] | None, ...] = (channel.offered, channel.address, always, channel.languages, kept)
    return by_rule(called, Result.PASS, N_("You can reach the shop this way."), *rules, **details)


def opens(hours: Hours, at: datetime) -> bool:
    """Whether somebody is there: from the first second on, until the last one before closing."""
    if hours.always or not (hours.days and hours.zone and hours.opens and hours.closes):
        return True
    there = at.astimezone(ZoneInfo(str(hours.zone.value)))
    in_time = time.fromisoformat(hours.opens) <= there.time() < time.fromisoformat(hours.closes)
    return in_time and WEEKDAYS[there.weekday()] in (hours.days.value or ())


def next_opening(hours: Hours, at: datetime) -> datetime:
    """When somebody is there next, in the zone of the hours."""
    zone = ZoneInfo(str(hours.zone.value)) if hours.zone else None
    there = at.astimezone(zone)
    for ahead in range(len(WEEKDAYS) + 1):
        day = date.fromordinal(there.toordinal() + ahead)
        opening = datetime.combine(day, time.fromisoformat(hours.opens or "00:00"), zone)
        if opening > there and WEEKDAYS[day.weekday()] in (hours.days.value or () if hours.days else ()):
            return opening
    return there
