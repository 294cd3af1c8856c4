"""How texts, money and times are shown to the reader: their language, their zone."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, get_currency_precision
from babel.units import format_unit
from flask import request
from flask_babel import get_locale, gettext, ngettext
from flask_login import current_user
from markupsafe import Markup, escape

from disputes.moment import real_now
from disputes.text import N_, Text

LEFT_TO_RIGHT = "\u200e"
KILO = 1000


def reader_zone() -> str:
    """The reader's own zone, else the one their browser told, else UTC."""
    own = getattr(current_user, "zone", None) or request.cookies.get("tz", "")
    return own if _known(own) else "UTC"


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def say(text: Text | str | None) -> str | Markup:
    """A Text in the reader's language, its parameters formatted; moments and money among them too."""
    if text is None:
        return ""
    if isinstance(text, str):
        return gettext(text) if text else ""
    params = {name: _param(value) for name, value in text.params.items()}
    sentence = gettext(text.msgid)
    if any(isinstance(value, Markup) for value in params.values()):
        return Markup(escape(sentence)) % params  # noqa: S704 - escaped, and % escapes what is put in
    return sentence % params if params else sentence


def _param(value: Any) -> Any:
    if isinstance(value, Text):
        return say(value)
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, dict) and "minor" in value:
        return money(value["minor"], value["currency"])
    if isinstance(value, dict) and "length" in value:
        return length(value["length"])
    if isinstance(value, dict) and "name" in value:
        return Markup("<bdi class='who'>{}</bdi>").format(value["name"])
    return value


def amount(minor: int, currency: str) -> str:
    """An amount as plain text, e.g. for mail: the digits of its currency come from CLDR."""
    value = Decimal(minor).scaleb(-get_currency_precision(currency))
    locale = get_locale()
    text = str(format_currency(value, currency, locale=locale or "en"))
    # A symbol like CN¥ at the end would be torn apart by right-to-left order; the mark holds it together.
    return text + LEFT_TO_RIGHT if locale and locale.text_direction == "rtl" else text


def money(minor: int | None, currency: str) -> Markup:
    """An amount that keeps its order inside right-to-left text."""
    return Markup("") if minor is None else Markup("<bdi class='money'>{}</bdi>").format(amount(minor, currency))


# Orders and separators differ by language, so the patterns (CLDR's letters) are texts to translate.
LONG, SHORT = N_("d MMM y, HH:mm"), N_("d MMM HH:mm")


def stamp(at: datetime, zone: str, pattern: str = LONG) -> str:
    """A moment in a zone as plain text, always with the zone's name."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, gettext(pattern), locale=get_locale() or 'en')} {local.tzname()}"


def when(at: datetime | None) -> Markup:
    """A moment in the reader's zone, exact to the minute."""
    if at is None:
        return Markup("")
    return Markup("<time datetime='{}'>{}</time>").format(at.isoformat(), stamp(at, reader_zone()))


def when_short(at: datetime | None) -> Markup:
    """Day and time without the year, for dense tables."""
    if at is None:
        return Markup("")
    text = stamp(at, reader_zone(), SHORT)
    return Markup("<time datetime='{}'>{}</time>").format(at.isoformat(), text)


def day(given: date) -> str:
    """A date, which has no zone."""
    return str(format_date(given, locale=get_locale() or "en"))


def span(seconds: float) -> str:
    """A length of time in its largest unit: 3 d, 5 h, 12 min."""
    seconds = int(abs(seconds))
    if days := seconds // 86400:
        return str(ngettext("%(num)s d", "%(num)s d", days))
    if hours := seconds // 3600:
        return str(ngettext("%(num)s h", "%(num)s h", hours))
    if minutes := seconds // 60:
        return str(ngettext("%(num)s min", "%(num)s min", minutes))
    return str(gettext("less than a minute"))


UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "TH": "hour", "TM": "minute", "TS": "second"}


def length(text: str) -> str:
    """A rule's length of time, as rules write it (`P7D`, `PT48H`, "5 business days"), in words."""
    if not text.startswith("P"):
        count = int(text.split()[0])
        return str(ngettext("%(num)s business day", "%(num)s business days", count))
    clock = "T" if text.startswith("PT") else ""
    parts = [(int(count), UNITS[clock + unit]) for count, unit in re.findall(r"(\d+)([A-Z])", text)]
    if not any(count for count, _ in parts):
        return str(gettext("the same day"))
    locale = get_locale() or "en"
    return " ".join(format_unit(count, f"duration-{unit}", "long", locale=locale) for count, unit in parts if count)


def size(count: int) -> str:
    """The size of a file of so many bytes."""
    if count < KILO:
        return str(ngettext("%(num)s byte", "%(num)s bytes", count))
    unit, value = ("kilobyte", count / KILO) if count < KILO**2 else ("megabyte", count / KILO**2)
    return str(format_unit(value, f"digital-{unit}", "short", "#,##0.#", locale=get_locale() or "en"))


def left(due: datetime, now: datetime) -> str:
    """How long until, or since, a moment."""
    rest = (due - now).total_seconds()
    return gettext(N_("%(span)s left") if rest >= 0 else N_("%(span)s ago")) % {"span": span(rest)}


def ago(at: datetime, now: datetime | None = None) -> str:
    """How long ago."""
    return gettext(N_("%(span)s ago")) % {"span": span(((now or real_now()) - at).total_seconds())}
