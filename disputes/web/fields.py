"""Form fields that know our domain: amounts, files, and the version of the case a form was made from."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import MAXYEAR, MINYEAR
from decimal import Decimal
from typing import Any

from babel.core import get_global
from babel.numbers import get_currency_precision
from flask import current_app
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, MultipleFileField, StringField
from wtforms.fields.choices import SelectChoice

from disputes.storage.sniff import ALLOWED, BadFile
from disputes.storage.store import Stored, discard, receive
from disputes.text import N_, Text

from .configure import settings_of
from .formats import say

WORDS_LENGTH = 5000
FILES_HINT = N_("Photos, PDF, MP4 or plain text, up to 10 MB each.")
AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{0,4})?")  # no sign, no exponent, and no more than anybody ever paid
GROUPING = str.maketrans({char: None for char in "  \u00a0\u202f'٬"})


def options(pairs: Iterable[tuple[Any, str | Text]]) -> list[SelectChoice]:
    """Choices of a field from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]


class CaseForm(FlaskForm):
    """A form that changes a case. It carries the version its reader saw."""

    seen_version = HiddenField()


class MoneyField(StringField):
    """An amount typed by a person, in any script's digits; `minor(currency)` gives minor units or None."""

    errors: Sequence[Any]

    def minor(self, currency: str) -> int | None:
        """Minor units of what was typed, or None when it is no amount of that currency."""
        text = "".join(_plain(char) for char in (self.data or "").strip().translate(GROUPING))
        if not AMOUNT.fullmatch(text):
            return None
        scaled = Decimal(text).scaleb(get_currency_precision(currency))
        return int(scaled) if scaled == scaled.to_integral_value() and scaled > 0 else None

    def read(self, currency: str) -> int | None:
        """The same, with the reason noted beside the field where it is none."""
        minor = self.minor(currency)
        if minor is None:
            self.errors = [*self.errors, why_no_amount(self.data or "", currency)]
        return minor

    def show(self, minor: int | None, currency: str) -> None:
        """Put an amount of minor units into the field, as a person would type it."""
        if minor is not None:
            self.data = str(Decimal(minor).scaleb(-get_currency_precision(currency)))


def why_no_amount(typed: str, currency: str) -> Text:
    """What is wrong with a text that is no amount of a currency."""
    text = "".join(_plain(char) for char in typed.strip().translate(GROUPING))
    if text[:1] in ("-", "\u2212"):
        return Text(N_("An amount cannot be less than nothing."))
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        return _why_no_number(Decimal(text), currency)
    known = {word.upper() for word in re.findall(r"[^\W\d_]+", text)} & set(get_global("all_currencies"))
    if known or any(unicodedata.category(char) == "Sc" for char in text):
        return Text(N_("Please write the number alone; it is in %(currency)s."), {"currency": currency})
    return Text(N_("Please enter an amount, for example 25 or 12.50."))


def _why_no_number(number: Decimal, currency: str) -> Text:
    digits = get_currency_precision(currency)
    if number != round(number, digits):
        whole = N_("%(currency)s has no decimals. Please enter a whole number.")
        most = N_("%(currency)s has at most %(digits)s decimals.")
        return Text(most if digits else whole, {"currency": currency, "digits": digits})
    return Text(N_("That is more than can be entered here.") if number else N_("Please enter more than nothing."))


def _plain(char: str) -> str:
    """A digit of any script as 0 to 9; a comma is a decimal point."""
    if char in ",٫":
        return "."
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


class DayField(DateField):
    """A day whose beginning and end are moments in every zone: the calendar's first and last year are none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not MINYEAR < self.data.year < MAXYEAR:
            super().process_formdata([""])  # refused like anything else that is no day


class FilesField(MultipleFileField):
    """Files of the kinds we take. `stored` writes them to the disk, or notes why not."""

    errors: Sequence[Any]

    def __init__(self, label: str, **kwargs: Any) -> None:
        accept = ",".join(ALLOWED)
        super().__init__(label, description=FILES_HINT, render_kw={"accept": accept}, **kwargs)

    def stored(self) -> Sequence[Stored] | None:
        """The files on the disk, or None with the reason beside the field."""
        uploads = [upload for upload in self.data or () if getattr(upload, "filename", "")]
        try:
            return receive(settings_of(current_app).instance, uploads)
        except BadFile as bad:
            self.errors = [*self.errors, say(bad.reason)]
            return None


@contextmanager
def kept_if_saved(files: Sequence[Stored]) -> Iterator[None]:
    """Files whose exhibits were not written after all are removed again."""
    try:
        yield
    except BaseException as error:
        if not getattr(error, "saved", False):  # what came too late is kept with the case
            discard(settings_of(current_app).instance, files)
        raise
