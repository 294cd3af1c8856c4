"""The checked kinds of values an order is made of."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies
from pydantic import AfterValidator, AwareDatetime, EmailStr, Field
from pydantic_core import PydanticCustomError

MAX_MINOR = 2**31 - 1  # what an amount's column holds
TERRITORIES = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code != "ZZ")
CURRENCIES = frozenset(list_currencies())
ACCOUNT_NUMBER = re.compile(r"\d(?:[ -]?\d){11,}")
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def refused(message: str, **context: object) -> PydanticCustomError:
    """An error whose words are shown as they are."""
    return PydanticCustomError("order", message, context)  # type: ignore[arg-type]


def _tidy(text: str) -> str:
    """One line, single spaces; nothing invisible that a database or a terminal chokes on."""
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    if not text:
        raise refused("must not be empty; leave it out if it is not known")
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t\r" for sign in text):
        raise refused("holds control characters")
    return text


def _no_account_number(text: str) -> str:
    if ACCOUNT_NUMBER.search(text):
        raise refused("holds a card or account number; send its last four digits only")
    return text


def _country(code: str) -> str:
    if code not in TERRITORIES:
        raise refused("must be an ISO 3166 country code such as NL")
    return code


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise refused("must be an ISO 4217 currency code such as EUR")
    return code


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise refused("must be an IANA time zone such as Europe/Amsterdam")
    return name


def _in_range(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise refused("must lie between the years 1990 and 2200")
    return moment.astimezone(UTC)


Ref = Annotated[str, Field(max_length=80), AfterValidator(_tidy)]
Short = Annotated[str, Field(max_length=200), AfterValidator(_tidy)]
Long = Annotated[str, Field(max_length=20_000), AfterValidator(_printable)]
Label = Annotated[Short, AfterValidator(_no_account_number)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=40)]
Email = Annotated[EmailStr, AfterValidator(str.lower)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=20)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s\"'<>\\]+$", max_length=2000), AfterValidator(_printable)]
Country = Annotated[str, AfterValidator(_country)]
Currency = Annotated[str, AfterValidator(_currency)]
Zone = Annotated[str, AfterValidator(_zone)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_range)]
Minor = Annotated[int, Field(ge=0, le=MAX_MINOR)]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
