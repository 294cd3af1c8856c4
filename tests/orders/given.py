"""An order as a shop would send it, and ways to send it."""

import json
from copy import deepcopy
from typing import Any

from click.testing import Result
from flask import Flask

from disputes.orders.commands import import_orders

ORDER: dict[str, Any] = {
    "shop": "jd-3p",
    "number": "JD-7",
    "placed_at": "2026-03-01T10:00:00+08:00",
    "channel": "app",
    "currency": "CNY",
    "country": "CN",
    "shipping_minor": 600,
    "buyer": {"email": "Ada@Example.org", "name": "Ada Lindqvist", "locale": "en", "zone": "Asia/Shanghai"},
    "seller": {"ref": "ben", "name": "Ben's Lamps", "is_trader": True},
    "lines": [
        {
            "ref": "1", "sku": "L-1", "title": "Brass desk lamp", "variant": "warm white", "category": "lighting",
            "brand": "Lumo", "quantity": 2, "unit_minor": 3000, "paid_minor": 5400, "tags": ["fragile"],
            "listing": {"url": "https://shop.example/l-1", "title": "Brass desk lamp, 40 cm"},
        },
        {"ref": "2", "title": "台灯灯泡", "category": "lighting", "quantity": 1, "unit_minor": 900, "paid_minor": 900},
    ],
    "parcels": [
        {
            "ref": "P1", "carrier": "SF", "tracking": "SF7", "dispatched_at": "2026-03-02T10:00:00Z",
            "lines": [{"line": "1", "quantity": 2}],
        }
    ],
    "payments": [
        {
            "ref": "pay-7", "method": "card", "label": "Visa ending 4242", "payer": "Ada Lindqvist",
            "paid_at": "2026-03-01T10:01:00+08:00",
            "allocations": [
                {
                    "tender": "card", "amount_minor": 6900,
                    "captures": [{"ref": "c1", "amount_minor": 6900, "captured_at": "2026-03-02T10:00:00Z"}],
                }
            ],
        }
    ],
}  # fmt: skip


def order(**changes: Any) -> dict[str, Any]:
    """The usual order; a change's name is a path such as lines__0__quantity, its value Ellipsis to leave it out."""
    made = deepcopy(ORDER)
    for path, value in changes.items():
        *way, last = [int(part) if part.isdigit() else part for part in path.split("__")]
        inner: Any = made
        for part in way:
            inner = inner[part]
        if value is ...:
            del inner[last]
        else:
            inner[last] = value
    return made


def send(app: Flask, *orders: dict[str, Any] | bytes) -> Result:
    """Import them in one go from standard input."""
    lines = [each if isinstance(each, bytes) else json.dumps(each, ensure_ascii=False).encode() for each in orders]
    return app.test_cli_runner().invoke(import_orders, ["-"], input=b"\n".join(lines), catch_exceptions=False)
