"""The books as a CSV file that no spreadsheet can be tricked with."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator

from babel.numbers import get_currency_precision

from .queries import Row

COLUMNS = (
    "at", "what", "amount", "currency", "from", "from_whom", "to", "to_whom", "shop", "order", "case", "by", "clauses",
    "key",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula, also after blanks (OWASP ASVS 1.2.10).
TRICKS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")

UNSEEN = "CZ"  # Unicode's controls, format characters and blanks


def cell(text: str) -> str:
    """A cell that is shown as it is: whatever begins like a formula begins with an apostrophe instead."""
    bare = text.replace("\0", "")
    seen = bare.lstrip("".join({char for char in bare if unicodedata.category(char)[0] in UNSEEN}))
    return f"'{bare}" if seen.startswith(TRICKS) or bare.startswith(TRICKS) else bare


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """The file line by line, its head first. Amounts have the digits of their currency and a point."""
    yield _line(COLUMNS)
    for row in rows:
        m = row.movement
        yield _line(
            (
                m.at.isoformat(), m.what, decimal(m.amount_minor, m.currency), m.currency, *row.source, *row.dest,
                row.shop, row.order or "", row.case.ref if row.case else "", row.by, " ".join(row.clauses), m.key,
            )
        )  # fmt: skip


def decimal(minor: int, currency: str) -> str:
    """1250 EUR: 12.50; 1250 JPY: 1250; 1250 KWD: 1.250. Never below nothing: a movement has a direction instead."""
    digits = get_currency_precision(currency)
    whole, part = divmod(minor, 10**digits)
    return f"{whole}.{part:0{digits}}" if digits else str(whole)


def _line(cells: Iterable[str]) -> str:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cell(one) for one in cells)
    return file.getvalue()
