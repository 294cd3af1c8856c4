"""Durations as packs write them (ISO 8601 text), and the last moment they allow."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

import isodate

Works = Callable[[date], bool]

# A count of one kind only: weeks, or calendar units, or clock units. No fractions, no signs.
_CLEAR = re.compile(r"P(?:\d+W|(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?|T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)", re.ASCII)


_BUSINESS = re.compile(r"(\d+) business days?", re.ASCII)


class Kind(StrEnum):
    """Elapsed time runs to the second; calendar, same-day and business limits run to the end of a local day."""

    ELAPSED = "elapsed"
    CALENDAR = "calendar"
    SAME_DAY = "same_day"
    BUSINESS = "business"


@dataclass(frozen=True)
class Duration:
    """A length of time whose meaning nobody has to guess: two months stay two months, never sixty days."""

    text: str
    kind: Kind

    @classmethod
    def parse(cls, text: object) -> "Duration":
        """Read ISO 8601 text, or a number of "business days", for which ISO has no word.

        ValueError when it is unclear: days mixed with hours, fractions, signs, no time."""
        if isinstance(text, Duration):
            return text
        if isinstance(text, str) and _BUSINESS.fullmatch(text):
            return cls(text, Kind.BUSINESS)
        if not isinstance(text, str) or not text.startswith("P"):
            raise ValueError(f"{text!r} is not an ISO 8601 duration, nor a number of business days")
        if not _CLEAR.fullmatch(text):
            raise ValueError(f"'{text}' is unclear: use whole days, weeks, months, years, or hours, minutes, seconds")
        elapsed = text.startswith("PT")
        nothing = not any(int(count) for count in re.findall(r"\d+", text))
        if elapsed and nothing:
            raise ValueError(f"'{text}' is no time at all")
        return cls(text, Kind.ELAPSED if elapsed else Kind.SAME_DAY if nothing else Kind.CALENDAR)

    @classmethod
    def business(cls, days: int) -> "Duration":
        """That many business days."""
        return cls(f"{days} business days", Kind.BUSINESS)

    def elapsed(self) -> timedelta:
        """The exact length; ValueError for calendar kinds, whose length depends on where they start."""
        length = isodate.parse_duration(self.text)
        if self.kind is not Kind.ELAPSED or not isinstance(length, timedelta):
            raise ValueError(f"'{self.text}' has no fixed length")
        return length

    def __str__(self) -> str:
        return self.text


def due(
    start: datetime, duration: Duration, zone: tzinfo, works: Works | None = None, *, count_start_day: bool = False
) -> datetime:
    """The last moment in time, in UTC: in time means `moment <= due`. `start` must be aware; `zone` is the shop's.

    Calendar windows leave out the first day, unless `count_start_day`, and run to the end of the last one in the
    shop's zone. `works` says which days are business days.
    """
    if start.tzinfo is None:
        raise ValueError("a naive moment has no place in a calendar")
    if duration.kind is Kind.ELAPSED:
        return start.astimezone(UTC) + duration.elapsed()
    first = start.astimezone(zone).date()
    if duration.kind is Kind.BUSINESS:
        return end_of_day(_business_day(first, int(duration.text.split()[0]), works), zone)
    last: date = first + isodate.parse_duration(duration.text)
    if count_start_day and last > first:
        last = date.fromordinal(last.toordinal() - 1)
    return end_of_day(last, zone)


def _business_day(day: date, count: int, works: Works | None) -> date:
    """The `count`-th business day after that day; the day itself, or the next business day, for 0."""
    if works is None:
        raise ValueError("business days need a calendar")
    while not works(day) if count == 0 else count > 0:
        day = date.fromordinal(day.toordinal() + 1)
        count -= count > 0 and works(day)
    return day


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last instant of a local day, in UTC."""
    # Counted back from the next midnight: on a day when clocks go back, 23:59:59 can come twice.
    tomorrow = date.fromordinal(day.toordinal() + 1)
    return datetime.combine(tomorrow, time.min, zone).astimezone(UTC) - timedelta.resolution
