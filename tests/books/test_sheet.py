"""No cell of the CSV is a formula to a spreadsheet, and every amount has its currency's digits."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.books.sheet import TRICKS, cell, decimal


@pytest.mark.parametrize(
    "trick",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\0=1",
        " =1",
        "=cmd|' /C calc'!A0",
        "＝1",
        "\x1f=1",
        "\u2003=1",
        "\u200b=1",
        "\ufeff\u00a0@1",
    ],
)
def test_what_begins_like_a_formula_begins_with_an_apostrophe(trick: str) -> None:
    assert cell(trick).startswith("'")


@pytest.mark.parametrize("plain", ["", "12.50", "Ben's Lamps", "a=b", "JD-1001", "台灯", "مصباح"])
def test_what_does_not_stays_as_it_is(plain: str) -> None:
    assert cell(plain) == plain


@given(st.text(max_size=30))
def test_whatever_stands_in_a_cell_a_reader_sees_no_formula(text: str) -> None:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow([cell(text)])
    read = next(csv.reader(io.StringIO(file.getvalue(), newline="")))[0]
    assert not read.lstrip().startswith(TRICKS)
    assert read.lstrip("'") == text.replace("\0", "").lstrip("'")


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [(1250, "EUR", "12.50"), (5, "CNY", "0.05"), (1250, "JPY", "1250"), (1250, "KWD", "1.250"), (0, "USD", "0.00")],
)
def test_an_amount_has_the_digits_of_its_currency(minor: int, currency: str, shown: str) -> None:
    assert decimal(minor, currency) == shown
