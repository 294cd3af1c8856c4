"""The case tables: what they say in short, spelled out as FACTS for the rules."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
ROOT = HERE.parents[2]


@dataclass(frozen=True)
class Row:
    """One row of a table: under this pack, at this moment, these facts give these verdicts, one citing the clause."""

    clause: str
    at: datetime
    pack: str
    facts: dict[str, Any]
    expect: str
    cites: bool
    zone: ZoneInfo

    def __str__(self) -> str:
        return f"{self.clause} {self.at:%d.%m %H:%M:%S} {self.expect}"


def rows() -> Iterator[Row]:
    """Every row of every table of this folder."""
    for file in sorted(HERE.glob("*.toml")):
        table = tomllib.loads(file.read_text("utf-8"))
        for clause, cases in table["cases"].items():
            for at, request, expect, *more in cases:
                yield _row(table["base"], clause, at, request, expect, more[0] if more else {})


def _row(base: dict[str, Any], clause: str, at: str, request: dict[str, Any], expect: str, more: dict[str, Any]) -> Row:
    zone = ZoneInfo(base["zone"])
    told = base | more
    facts = _order(told, zone) | {"request": _spelled(request, zone)}
    moment = datetime.fromisoformat(at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    pack = str(ROOT / told["pack"]) if told["pack"].endswith(".toml") else told["pack"]
    return Row(clause, moment, pack, facts, expect, more.get("cites", True), zone)


def _order(told: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    line = {"ref": "1", "title": "Goods", "category": "home", "quantity": 1, "unit_minor": 200000}
    lines = [line | each for each in told.get("lines", [{}])]
    lines = [{"paid_minor": each["unit_minor"]} | each | {"ref": str(at)} for at, each in enumerate(lines, 1)]
    parcels = [{"ref": f"P{at}"} | each for at, each in enumerate(told.get("parcels", [told.get("parcel", {})]), 1)]
    total = sum(each["paid_minor"] for each in lines) + told.get("shipping", 0)
    taken = enumerate(told.get("captures", [[total, told["placed"]]]), 1)
    captures = [{"ref": f"c{at}", "amount_minor": amount, "captured_at": when} for at, (amount, when) in taken]
    payment = {
        "ref": "pay", "method": told.get("method", "card"), "label": "Card", "payer": "Ada",
        "paid_at": told.get("paid", told["placed"]),
        "allocations": [{"tender": "card", "amount_minor": total, "captures": captures}],
    }  # fmt: skip
    order = {
        "shop": "shop", "number": told.get("number", "1"), "placed_at": told["placed"],
        "channel": told.get("channel", "web"), "currency": told["currency"], "country": told.get("country", "CN"),
        "shipping_minor": told.get("shipping", 0), "buyer": {"email": "ada@example.com", "name": "Ada"},
        "seller": {"ref": "s", "name": "Ben", "is_trader": told.get("trader", True)},
        "lines": lines, "parcels": [] if told.get("parcels") == [] else parcels, "payments": [payment],
    }  # fmt: skip
    return _spelled(order, zone)


def _spelled(part: Any, zone: ZoneInfo) -> Any:
    """Moments written without a zone are the shop's."""
    if isinstance(part, dict):
        return {key: _spelled(value, zone) for key, value in part.items()}
    if isinstance(part, list):
        return [_spelled(value, zone) for value in part]
    if isinstance(part, str) and NAIVE.fullmatch(part):
        return datetime.fromisoformat(part).replace(tzinfo=zone).isoformat()
    return part
