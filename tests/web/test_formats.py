"""Amounts as people read them: every digit, and as many behind the point as the currency has."""

import pytest
from flask import Flask

from disputes.web.fields import MoneyField
from disputes.web.formats import amount
from disputes.web.headers import CSP


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    (
        (1, "EUR", "€0.01"), (1, "JPY", "¥1"), (1, "KWD", "KWD0.001"), (1_234_567, "JPY", "¥1,234,567"),
        (9_007_199_254_740_993, "EUR", "€90,071,992,547,409.93"),
        (9_223_372_036_854_775_807, "KWD", "KWD9,223,372,036,854,775.807"),
    ),
)  # fmt: skip
def test_an_amount_keeps_every_digit(app: Flask, minor: int, currency: str, shown: str) -> None:
    with app.test_request_context():
        assert amount(minor, currency) == shown


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    (
        ("5", "JPY", 5), ("5.0", "JPY", 5), ("5.5", "JPY", None), ("1.005", "KWD", 1_005), ("1.0005", "KWD", None),
        ("0", "EUR", None), ("0.00", "EUR", None), ("0.001", "EUR", None), ("1e9", "EUR", None), ("-1", "EUR", None),
        ("\u0661\u0662\u066b\u0665", "EUR", 1_250), ("12,50", "EUR", 1_250), ("1'234.50", "EUR", 123_450),
        ("=1+1", "EUR", None), ("9" * 13, "EUR", None), ("Infinity", "EUR", None), ("", "EUR", None),
    ),
)  # fmt: skip
def test_an_amount_is_read_to_the_last_digit_or_not_at_all(typed: str, currency: str, minor: int | None, app) -> None:
    from wtforms import Form

    class Box(Form):
        amount = MoneyField("How much?")

    box = Box()
    box.amount.data = typed
    assert box.amount.minor(currency) == minor


def test_no_style_and_no_script_of_a_page_s_own_is_allowed() -> None:
    assert "unsafe" not in CSP and "default-src 'none'" in CSP
