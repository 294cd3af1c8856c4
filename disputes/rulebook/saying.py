"""The values of shop rules in words, for a reader: lengths, events, codes. Code words nobody has translated are shown
as they stand in the rules, marked as English."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from babel.lists import format_list
from babel.units import format_unit
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup

from disputes.casefile.ruling import PAYERS
from disputes.policies.codes import DEFAULT
from disputes.policies.condition import Condition
from disputes.policies.duration import Duration, Kind
from disputes.policies.parts import Window
from disputes.policies.parts_goods import Exclusion
from disputes.policies.proofs import PROOFS
from disputes.policies.reasons import REASONS
from disputes.text import N_
from disputes.web.formats import day, say, when

UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour", "TM": "minute", "S": "second"}
ANCHORS = {
    "receipt": N_("receipt"), "dispatch": N_("dispatch"), "purchase": N_("the purchase"),
    "signature": N_("the signature"),
}  # fmt: skip
WORDS: Mapping[str, str] = {
    **{code: reason.label for code, reason in REASONS.items()}, **PROOFS, DEFAULT: N_("Everything else"),
    **PAYERS,
}  # fmt: skip


def word(code: str) -> str:
    """One code: its label, or the code itself with spaces."""
    if code in WORDS:
        return str(say(WORDS[code]))
    plain = code.replace("_", " ")
    return Markup('<bdi lang="en">{}</bdi>').format(plain[:1].upper() + plain[1:])


def said(value: Any) -> str:
    """Any value of a pack."""
    for kind, tell in TELL:
        if isinstance(value, kind):
            return tell(value)
    return Markup('<bdi lang="en">{}</bdi>').format(value)


def length(given: Duration) -> str:
    """A length of time: 7 days, 48 hours, 5 business days, the same day."""
    if given.kind is Kind.SAME_DAY:
        return gettext("the same day")
    if given.kind is Kind.BUSINESS:
        return str(ngettext("%(num)s business day", "%(num)s business days", int(given.text.split()[0])))
    sort = "T" if given.kind is Kind.ELAPSED else ""
    locale = get_locale() or "en"
    parts = [
        format_unit(int(count), UNITS.get(sort + unit) or UNITS[unit], "long", locale=locale)
        for count, unit in re.findall(r"(\d+)([YMWDHS])", given.text)
    ]
    return str(format_list(parts, locale=locale))


def window(given: Window) -> str:
    """How long, and from when."""
    if given.value is None:
        return ""
    start = gettext(ANCHORS[given.anchor]) if given.anchor else ""
    return gettext("%(length)s from %(anchor)s", length=length(given.value), anchor=start)


def exclusion(given: Exclusion) -> str:
    """The signs that shut it; without signs, everything its other fields describe."""
    return said(given.value) if given.value else gettext("all goods named here")


def _many(values: Any) -> str:
    return Markup(", ").join(map(said, values)) if values else gettext("none")


TELL: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (Duration, length),
    (bool, lambda yes: gettext("yes") if yes else gettext("no")),
    (str, lambda text: word(text) if re.fullmatch(r"[a-z][a-z0-9_]*", text) else Markup("<bdi>{}</bdi>").format(text)),
    (datetime, when),
    (date, day),
    ((tuple, list), _many),
    (re.Pattern, lambda given: Markup('<code dir="ltr">{}</code>').format(given.pattern)),
    (Condition, lambda given: Markup('<code dir="ltr">{}</code>').format(given.text)),
)
