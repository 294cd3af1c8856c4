"""What an order carries reaches the rules, and what nobody knows stays unknown."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.models import Order, OrderLine, Seller
from disputes.orders.commands import import_orders
from disputes.policies.facts import Charge, Facts
from disputes.verdicts import Wanted, facts_of
from tests.cast import Cast, utc

ORDER: dict[str, Any] = {
    "shop": "jd-3p", "number": "K-1", "placed_at": "2026-03-01T09:00:00+08:00", "channel": "app", "currency": "CNY",
    "country": "CN", "shipping_minor": 800, "buyer": {"email": "ada@example.org", "name": "Ada"},
    "seller": {"ref": "ben", "name": "Ben's Lamps", "is_trader": False},
    "lines": [{"ref": "1", "title": "Lamp", "category": "lighting", "brand": "Lux", "sku": "L-1", "quantity": 2,
               "unit_minor": 5000, "paid_minor": 9000}],
}  # fmt: skip


@pytest.fixture
def facts(app: Flask, cast: Cast):
    """facts(**changes): the facts of a filing about the order, imported with those changes."""

    def of(line: dict[str, Any] | None = None, **changes: Any) -> Facts:
        order = {**ORDER, **changes, "lines": [{**ORDER["lines"][0], **(line or {})}]}
        came = app.test_cli_runner().invoke(import_orders, ["-"], input=json.dumps(order).encode())
        assert came.exit_code == 0, came.output
        with app.app_context():
            row = db.session.scalars(select(Order).where(Order.number == "K-1")).one()
            lines = db.session.scalars(select(OrderLine).where(OrderLine.order_id == row.id)).all()
            seller = db.session.get_one(Seller, row.seller_id)
            return facts_of(seller, row, lines, Wanted({lines[0].id: 1}, "changed_mind", None, "full_refund"))

    return of


def test_of_a_bare_order_nothing_is_made_up(facts) -> None:
    known = facts()
    (line,) = known.lines
    assert (known.paid_at, known.method, known.captures) == (None, None, None)
    assert (line.parcels, line.sealed_goods, line.signs, line.notices, line.warranty_until) == ((), None, {}, {}, None)
    assert (known.seller_is_trader, known.buyer_country, known.channel) == (False, "CN", "app")
    assert (line.quantity, line.paid_minor, known.shipping_quoted_minor) == (1, 4500, 800)


def test_a_parcel_that_names_no_lines_holds_them_all(facts) -> None:
    sent = {"ref": "P1", "carrier": "SF", "tracking": "SF1", "dispatched_at": "2026-03-02T10:00:00+08:00"}
    (parcel,) = facts(parcels=[sent]).lines[0].parcels
    assert (parcel.dispatched_at, parcel.tracking_at, parcel.delivered_at) == (utc(2026, 3, 2, 2),) * 2 + (None,)
    named = {**sent, "tracking": None, "lines": [{"line": "1", "quantity": 2}], "signed_at": "2026-03-04T10:00:00Z"}
    (parcel,) = facts(parcels=[named]).lines[0].parcels
    assert (parcel.tracking_at, parcel.signed_at) == (None, utc(2026, 3, 4, 10))


def test_how_and_when_it_was_paid_and_what_was_taken(facts) -> None:
    capture = {"ref": "c1", "amount_minor": 9000, "captured_at": "2026-03-02T00:00:00Z"}
    share = {"tender": "card", "amount_minor": 9800, "captures": [capture]}
    paid = {"ref": "pay-1", "method": "card", "label": "Visa", "payer": "Ada", "paid_at": "2026-03-01T02:00:00Z"}
    known = facts(payments=[{**paid, "allocations": [share]}])
    assert (known.paid_at, known.method) == (utc(2026, 3, 1, 2), "card")
    assert known.captures == (Charge(tender="card", amount_minor=9000, at=utc(2026, 3, 2)),)
    # Paid and not taken is not the same as unknown.
    again = facts(number="K-1", payments=[{**paid, "allocations": [share]}, {**paid, "ref": "pay-2", "allocations": [
        {"tender": "gift_card", "amount_minor": 0}]}])  # fmt: skip
    assert len(again.captures) == 1


def test_tags_and_the_listing_of_a_line(facts) -> None:
    listing = {"attributes": {"notice_non_returnable": "No returns", "warranty_until": "2028-03-01"}}
    (line,) = facts({"tags": ["sealed", "seen_seal_opened", "custom_made"], "listing": listing}).lines
    assert line.sealed_goods and line.signs == {"seal_opened": True} and "custom_made" in line.tags
    assert line.notices == {"non_returnable": utc(2026, 3, 1, 1)} and line.warranty_until.year == 2028
