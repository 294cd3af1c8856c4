"""The demo's orders: read from disputes/sandbox/data, dated back from now, spelled as their shop would send them."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from disputes.incoming.schema import OrderIn

DATA = Path(__file__).parent / "data"
SHOPS = ("jd-3p", "catawiki", "jabra", "jd-self", "imalent")
Table = Mapping[str, Any]


def read(name: str) -> Table:
    """One data file."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def orders(shop_id: str, people: Table, now: datetime) -> Iterator[OrderIn]:
    """Every order of a shop."""
    shop = read(shop_id)
    for order in shop["order"]:
        buyer = people[order["buyer"]]
        lines = [_line(at, line) for at, line in enumerate(order["lines"], 1)]
        goods = sum(line["paid_minor"] + line["tax_minor"] for line in lines)
        total = goods + order.get("shipping", 0) - order.get("discount", 0)
        parcels = [_parcel(at, parcel, lines, now) for at, parcel in enumerate(order.get("parcels", []), 1)]
        spelled = {
            **_head(shop_id, shop, order, buyer, now),
            "lines": lines,
            "parcels": parcels,
            "payments": [
                _payment(f"{order['number']}-{at}", pay, buyer, total, _capture_times(order, now))
                for at, pay in enumerate(order.get("pay", [{}]), 1)
            ],
        }
        yield OrderIn.model_validate_json(json.dumps(spelled))


def _ago(days: float | None, now: datetime) -> str | None:
    return None if days is None else (now - timedelta(days=days)).isoformat()


def _head(shop_id: str, shop: Table, order: Table, buyer: Table, now: datetime) -> dict[str, Any]:
    seller = shop["sellers"][order["seller"]]
    return {
        "shop": shop_id, "number": order["number"], "placed_at": _ago(order["placed"], now),
        "channel": order.get("channel", "web"), "currency": shop["shop"]["currency"], "country": buyer["country"],
        "shipping_minor": order.get("shipping", 0), "discount_minor": order.get("discount", 0),
        "buyer": {name: buyer[name] for name in ("email", "name", "zone", "locale") if name in buyer},
        "seller": {"ref": order["seller"], "name": seller["name"], "is_trader": seller.get("trader", True)},
    }  # fmt: skip


def _line(at: int, line: Table) -> dict[str, Any]:
    listing = {"title": line["title"]} | {name: line[name] for name in ("text", "condition") if name in line}
    plain = {name: line[name] for name in ("title", "variant", "category", "brand", "quantity", "tags") if name in line}
    paid = line.get("paid", line["unit"] * line["quantity"])
    return plain | {"ref": str(at), "unit_minor": line["unit"], "paid_minor": paid, "tax_minor": line.get("tax", 0),
                    "listing": listing}  # fmt: skip


def _parcel(at: int, parcel: Table, lines: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    holds = parcel.get("holds", {line["ref"]: line["quantity"] for line in lines})
    return {
        "ref": f"P{at}", "carrier": parcel["carrier"], "tracking": parcel["tracking"],
        "dispatched_at": _ago(parcel["sent"], now), "delivered_at": _ago(parcel.get("arrived"), now),
        "signed_at": _ago(parcel.get("signed"), now),
        "lines": [{"line": ref, "quantity": quantity} for ref, quantity in holds.items()],
    }  # fmt: skip


def _capture_times(order: Table, now: datetime) -> list[str | None]:
    """The first capture is taken with the order, each further one with its parcel."""
    return [_ago(days, now) for days in (order["placed"], *(p["sent"] for p in order.get("parcels", [])[1:]))]


def _payment(ref: str, pay: Table, buyer: Table, total: int, times: list[str | None]) -> dict[str, Any]:
    amount = pay.get("amount", total)
    captures = pay.get("captures", [amount])
    return {
        "ref": ref, "method": pay.get("method", "card"), "label": pay.get("label", buyer["pays_with"]),
        "payer": pay.get("payer", buyer["name"]), "paid_at": times[0], "three_d_secure": pay.get("secure"),
        "allocations": [
            {
                "tender": pay.get("tender", "card"), "amount_minor": amount,
                "captures": [
                    {"ref": f"c{n}", "amount_minor": part, "captured_at": times[min(n, len(times)) - 1]}
                    for n, part in enumerate(captures, 1)
                ],
            }
        ],
    }  # fmt: skip
