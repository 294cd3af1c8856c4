"""OrderIn: what it refuses, in which words, and that nothing is lost on the way."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from disputes.incoming.fields import MAX_MINOR
from disputes.incoming.problems import problems
from disputes.incoming.schema import OrderIn
from tests.orders.given import order

CARD = "4111 1111 1111 1111"
REFUSED = [
    ({"number": ...}, "number: is missing"),
    ({"number": 7}, "number: must be text"),
    ({"number": " "}, "number: must not be empty; leave it out if it is not known"),
    ({"number": "x" * 81}, "number: can have up to 80 characters"),
    ({"nummber": "7"}, "nummber: is not a known field; did you mean 'number'?"),
    ({"zzz": 1}, "zzz: is not a known field"),
    ({"lines__0__quantity": 0}, "lines.0.quantity: must be at least 1"),
    ({"lines__0__quantity": 1.5}, "lines.0.quantity: must be a whole number"),
    ({"lines__0__quantity": "2"}, "lines.0.quantity: must be a whole number"),
    ({"lines__0__quantity": True}, "lines.0.quantity: must be a whole number"),
    ({"lines__0__paid_minor": -1}, "lines.0.paid_minor: must be at least 0"),
    (
        {"lines__0__paid_minor": 12.5},
        "lines.0.paid_minor: must be a whole number of minor units, such as 1250 for EUR 12.50",
    ),
    (
        {"lines__0__paid_minor": "12.50"},
        "lines.0.paid_minor: must be a whole number of minor units, such as 1250 for EUR 12.50",
    ),
    ({"lines__0__paid_minor": MAX_MINOR + 1}, f"lines.0.paid_minor: must be at most {MAX_MINOR}"),
    ({"lines__0__paid_minor": MAX_MINOR}, f"lines: together they cost more than {MAX_MINOR} minor units"),
    ({"lines__0__title": "a\x00b"}, "lines.0.title: holds control characters"),
    ({"lines__0__category": "Home & Garden"}, "lines.0.category: is not written as expected (^[a-z0-9][a-z0-9_]*$)"),
    ({"lines": []}, "lines: must have at least 1"),
    ({"lines__1__ref": "1"}, "lines: '1' is there twice"),
    ({"placed_at": "2026-03-01T10:00:00"}, "placed_at: must be a moment with its zone"),
    ({"placed_at": "yesterday"}, "placed_at: must be a moment with its zone"),
    ({"placed_at": "2026-02-30T10:00:00Z"}, "placed_at: must be a moment with its zone"),
    ({"placed_at": 1700000000}, "placed_at: must be a moment with its zone"),
    ({"placed_at": "0001-01-01T00:00:00+14:00"}, "placed_at: must lie between the years 1990 and 2200"),
    ({"currency": "EURO"}, "currency: must be an ISO 4217 currency code such as EUR"),
    ({"country": "nl"}, "country: must be an ISO 3166 country code such as NL"),
    ({"buyer__email": "ada at example"}, "buyer.email: value is not a valid email address"),
    ({"buyer__zone": "Mars/Base"}, "buyer.zone: must be an IANA time zone such as Europe/Amsterdam"),
    ({"buyer": "ada"}, "buyer: must be an object"),
    ({"seller__is_trader": "yes"}, "seller.is_trader: must be true or false"),
    ({"parcels__0__lines__0__line": "9"}, "parcels.0.lines: there is no line '9' in this order"),
    ({"parcels__0__lines__0__quantity": 3}, "parcels.0.lines: more of line '1' than was ordered"),
    ({"payments__0__label": f"Visa {CARD}"}, "payments.0.label: holds a card or account number"),
    ({"payments__0__payer": CARD.replace(" ", "")}, "payments.0.payer: holds a card or account number"),
    ({"payments__0__allocations": []}, "payments.0.allocations: must have at least 1"),
    ({"lines__0__listing__url": "javascript:alert(1)"}, "lines.0.listing.url: is not written as expected"),
]


def read(given: dict[str, Any] | bytes) -> OrderIn:
    import json

    return OrderIn.model_validate_json(given if isinstance(given, bytes) else json.dumps(given))


def words(given: dict[str, Any] | bytes) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        read(given)
    return problems(caught.value)


@pytest.mark.parametrize(("changes", "says"), REFUSED, ids=[f"{next(iter(c))}={n}" for n, (c, _) in enumerate(REFUSED)])
def test_what_does_not_fit_is_refused_by_name_and_in_plain_words(changes: dict[str, Any], says: str) -> None:
    assert words(order(**changes))[0].startswith(says)


def test_a_card_number_is_never_repeated_in_the_error() -> None:
    assert "1111" not in " ".join(words(order(payments__0__label=f"Visa {CARD}")))


def test_at_most_five_problems_are_told_and_the_rest_counted() -> None:
    told = words({"shop": 1, "number": 2})
    assert len(told) == 6 and told[-1].startswith("and ") and told[-1].endswith(" more")


@pytest.mark.parametrize("text", [b"{", b"[]", b"null", b"7", b'{"a": NaN}', b'{"shop": "\xff"}', b"[" * 100_000,
                                  b'{"number": "\\ud800"}', b"1" * 5000])  # fmt: skip
def test_what_is_no_json_object_gets_words_not_a_crash(text: bytes) -> None:
    assert words(text)


def test_the_address_is_kept_in_lower_case_and_moments_in_utc() -> None:
    got = read(order())
    assert got.buyer.email == "ada@example.org"
    assert got.placed_at == datetime(2026, 3, 1, 2, tzinfo=UTC) and got.placed_at.tzinfo is UTC


def test_a_short_label_keeps_its_last_four_digits() -> None:
    assert read(order(payments__0__label="Visa ending 4242, 03/28")).payments[0].label == "Visa ending 4242, 03/28"


refs = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
moments = st.datetimes(datetime(1991, 1, 1), datetime(2199, 1, 1), timezones=st.timezones())
amounts = st.integers(0, 10_000)


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    lines = [
        {"ref": ref, "title": draw(refs), "category": "home", "quantity": draw(st.integers(1, 9)),
         "unit_minor": draw(amounts), "paid_minor": draw(amounts)}
        for ref in draw(st.lists(refs, min_size=1, max_size=3, unique=True))
    ]  # fmt: skip
    parcels = [
        {"ref": ref, "delivered_at": draw(st.none() | moments.map(datetime.isoformat)),
         "lines": [{"line": lines[0]["ref"], "quantity": 1}]}
        for ref in draw(st.lists(refs, max_size=2, unique=True))
    ]  # fmt: skip
    return order(lines=lines, parcels=parcels, placed_at=draw(moments).isoformat(), number=draw(refs))


@settings(max_examples=60, deadline=None)
@any_of(orders())
def test_an_order_read_written_and_read_again_is_the_same(given: dict[str, Any]) -> None:
    once = read(given)
    assert OrderIn.model_validate_json(once.model_dump_json()) == once
    assert once.number == given["number"] and len(once.lines) == len(given["lines"])
