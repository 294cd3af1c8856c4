"""The tables of a pack that speak about time: its calendar, its promises, what it allows each actor."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from disputes.policies.codes import Event, Length, ReasonCode, ZoneName
from disputes.policies.condition import When
from disputes.policies.standing import Strict, Value

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
IncidentKind = Literal["statutory_holiday", "power_outage", "weather", "other_force_majeure"]
Actor = Literal["buyer", "seller", "platform", "insurer", "carrier"]


class Incident(Strict):
    """A declared incident: from then until then, in that region; everywhere when no region is named."""

    kind: IncidentKind
    begins: AwareDatetime
    ends: AwareDatetime
    region: str | None = None

    @model_validator(mode="after")
    def _end_after_it_began(self) -> "Incident":
        if self.ends <= self.begins:
            raise PydanticCustomError("incident", "an incident ends after it began")
        return self

    def touches(self, region: str | None) -> bool:
        """Whether it is felt in that region."""
        return self.region is None or self.region == region

    def overlap(self, start: datetime, end: datetime) -> tuple[datetime, datetime] | None:
        """The part of it that lies between two moments."""
        first, last = max(start, self.begins), min(end, self.ends)
        return (first, last) if first < last else None


class Calendar(Strict):
    """Which days are business days, and what stops a promise that may be suspended."""

    workweek: Value[tuple[Weekday, ...]] | None = None
    holidays: Value[tuple[date, ...]] | None = None
    suspending: Value[tuple[IncidentKind, ...]] | None = None
    incidents: tuple[Incident, ...] = ()

    def works(self, day: date) -> bool:
        """Whether that is a business day. A pack without a workweek is not asked."""
        week = self.workweek.value if self.workweek else None
        off = self.holidays.value if self.holidays else None
        return WEEKDAYS[day.weekday()] in (week or WEEKDAYS) and day not in (off or ())


class Promise(Strict):
    """What the shop promises to have happened by when. Before `latest` has passed a claim is premature."""

    what: Event
    anchor: Event
    latest: Value[Length]
    earliest: Value[Length] | None = None
    plus_method_days: Value[bool] | None = None
    date_on_order: Value[bool] | None = None
    places: Value[tuple[Literal["account", "email"], ...]] | None = None
    suspended: Value[bool] | None = None
    when: When | None = None


class TimerOverride(Strict):
    """Another limit where the reason, or the category of the goods, is one of these."""

    reason: tuple[ReasonCode, ...] = ()
    category: tuple[str, ...] = ()
    limit: Value[Length]
    target: Value[Length] | None = None

    @model_validator(mode="after")
    def _apply_to_something(self) -> "TimerOverride":
        if not self.reason and not self.category:
            raise PydanticCustomError("override", "an override needs a reason or a category")
        return self


class Timer(Strict):
    """How long an actor may take from one event to another. `target` only warns."""

    actor: Actor
    start: Event
    stop: Event
    limit: Value[Length]
    target: Value[Length] | None = None
    suspended: Value[bool] | None = None
    on_breach: Value[str] | None = None
    override: tuple[TimerOverride, ...] = ()


class Hours(Strict):
    """Opening hours, in a zone of their own. `always` needs no more."""

    days: Value[tuple[Weekday, ...]] | None = None
    opens: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] | None = None
    closes: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] | None = None
    zone: Value[ZoneName] | None = None
    always: Value[Literal[True]] | None = None

    @model_validator(mode="after")
    def _be_complete(self) -> "Hours":
        if not self.always and not (self.days and self.opens and self.closes and self.zone):
            raise PydanticCustomError("hours", "hours need days, opens, closes and zone, or always")
        return self
