"""From a FACTS file to what the rules read: an order as shops send it, and a `request`. See docs/facts.md."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from disputes.incoming.problems import problems
from disputes.incoming.schema import LineIn, OrderIn, ParcelIn
from disputes.policies.facts import Facts, Line, Parcel
from disputes.policies.kinds import Request
from disputes.policies.nearest import did_you_mean
from disputes.policies.reasons import REASONS
from disputes.policies.told import told_of_line

Table = Mapping[str, Any]
Model = TypeVar("Model", bound=BaseModel)

# Another word for the same.
ALIASES = {"return": "refund"}

# What is asked about an order; the others are asked about the shop alone.
KINDS = (*get_args(Request), "message", "contact", "question", "rule", "scorecard", "notice", "form")

# What a request means when it gives no reason or wish of its own.
_REASON = {
    "cancellation": ("order_change", "cancel"),
    "order_change": ("order_change", "items"),
    "address_change": ("order_change", "address"),
    "fee": ("charged_wrongly", None),
    "customs": ("charged_wrongly", None),
    "promise": ("item_not_received", None),
    "undeliverable": ("item_not_received", None),
    "maintenance": ("question", None),
    "payment": ("question", None),
    "complaint": ("service_complaint", None),
    "consultation": ("question", None),
}
_WISH = {"refund": "full_refund", "exchange": "full_refund", "repair": "full_refund", "cancellation": "cancellation"}

# Taken from the order, so a request does not say them.
_OF_ORDER = {"lines", "currency", "placed_at", "paid_at", "seller_is_trader", "buyer_country", "order_number"}
_ASKED = (set(Facts.model_fields) - _OF_ORDER) | {"kind", "lines", "parcels"}
_LINE = set(Line.model_fields) - {"unit_price_minor", "parcels"}
_PARCEL = set(Parcel.model_fields) | {"ref"}


class BadFacts(Exception):
    """What is wrong with a FACTS file, one sentence each."""


def read_facts(text: str) -> Any:
    """The JSON of a FACTS file; BadFacts when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise BadFacts(f"not JSON: {broken}") from None


def order_of(given: Table) -> OrderIn:
    """The order in a FACTS file; BadFacts when it is not one."""
    rest = {name: value for name, value in given.items() if name != "request"}
    try:
        return OrderIn.model_validate_json(json.dumps(rest))
    except ValidationError as invalid:
        raise BadFacts("\n".join(problems(invalid))) from None


def facts_of(order: OrderIn, request: Table) -> Facts:
    """The facts the rules read; BadFacts names what is not known, with a suggestion."""
    _known("request", request, _ASKED)
    kind = kind_of(request)
    reason, sub_reason = _REASON.get(str(kind), (None, None))
    asked = {name: value for name, value in request.items() if name in Facts.model_fields and name != "lines"}
    if "reason" not in asked and reason is None:
        raise BadFacts(f"request.reason: is missing; known are {', '.join(REASONS)}")
    defaults = {
        "reason": reason, "wish": _WISH.get(str(kind), "answer"),
        "sub_reason": None if "reason" in asked else sub_reason,
        "channel": order.channel, "shipping_quoted_minor": order.shipping_minor, **_paid(order),
    }  # fmt: skip
    fixed = {
        "request": kind, "lines": _lines(order, request), "currency": order.currency, "placed_at": order.placed_at,
        "paid_at": order.payments[0].paid_at if order.payments else None, "order_number": order.number,
        "seller_is_trader": order.seller.is_trader, "buyer_country": order.country,
    }  # fmt: skip
    return validated(Facts, "request", defaults | asked | fixed)


def kind_of(request: Table) -> str | None:
    """What is asked; BadFacts when nobody knows it."""
    kind = request.get("kind")
    if kind is None:
        return None
    if not isinstance(kind, str) or kind not in (*KINDS, *ALIASES):
        raise BadFacts(f"request.kind: is not known{did_you_mean(str(kind)[:80], KINDS)}")
    return ALIASES.get(kind, kind)


def _objects(request: Table, name: str) -> list[dict[str, Any]]:
    """A list of objects, each with its ref; BadFacts when it is something else."""
    given = request.get(name) or []
    if not isinstance(given, list) or any(not isinstance(each, dict) for each in given):
        raise BadFacts(f"request.{name}: must be a list of objects")
    for at, each in enumerate(given):
        if not isinstance(each.get("ref"), str):
            raise BadFacts(f"request.{name}.{at}.ref: must be text")
    return given


def validated(model: type[Model], where: str, given: Table) -> Model:
    """That model of these values; BadFacts says what does not fit, with a suggestion for an unknown name."""
    _known(where, given, set(model.model_fields))
    try:
        return model.model_validate(dict(given))
    except ValidationError as invalid:
        faults = [
            f"{'.'.join([where, *map(str, error['loc'])])}: {error['msg'][:1].lower()}{error['msg'][1:]}"
            for error in invalid.errors(include_url=False, include_input=False)
        ]
        raise BadFacts("\n".join(faults)) from None


def _known(where: str, given: Table, names: set[str]) -> None:
    for name in given:
        if name not in names:
            raise BadFacts(f"{where}.{name}: is not known{did_you_mean(name, names)}")


def _paid(order: OrderIn) -> dict[str, Any]:
    taken = [
        {"amount_minor": capture.amount_minor, "at": capture.captured_at, "tender": share.tender}
        for payment in order.payments
        for share in payment.allocations
        for capture in share.captures
    ]
    # Nothing taken is not the same as nothing known.
    return {"method": order.payments[0].method, "captures": taken} if order.payments else {}


def _lines(order: OrderIn, request: Table) -> list[dict[str, Any]]:
    ordered = {line.ref: line for line in order.lines}
    asked = _objects(request, "lines") or [{"ref": ref} for ref in ordered]
    parcels = _objects(request, "parcels")
    sent = {parcel["ref"]: parcel for parcel in parcels}
    for at, parcel in enumerate(parcels):
        _known(f"request.parcels.{at}", parcel, _PARCEL)
    made = []
    for at, more in enumerate(asked):
        _known(f"request.lines.{at}", more, _LINE)
        line = ordered.get(str(more["ref"]))
        if line is None:
            raise BadFacts(f"request.lines.{at}.ref: there is no such line{did_you_mean(str(more['ref']), ordered)}")
        held = [parcel for parcel in order.parcels if _holds(parcel, line)]
        made.append(_line(line, held, sent, order.placed_at) | _share(line, more) | dict(more))
    return made


def _holds(parcel: ParcelIn, line: LineIn) -> bool:
    return any(held.line == line.ref for held in parcel.lines) or not parcel.lines


def _line(line: LineIn, parcels: list[ParcelIn], sent: Mapping[str, Table], placed_at: datetime) -> dict[str, Any]:
    return {
        "category": line.category, "brand": line.brand, "product": line.sku, "unit_price_minor": line.unit_minor,
        **told_of_line(line.tags, line.listing.attributes, placed_at),
        "parcels": [_parcel(parcel, sent.get(parcel.ref, {})) for parcel in parcels],
    }  # fmt: skip


def _share(line: LineIn, more: Table) -> dict[str, Any]:
    quantity = more.get("quantity", line.quantity)
    whole = isinstance(quantity, int) and 0 < quantity <= line.quantity
    return {"quantity": quantity, "paid_minor": line.paid_minor * quantity // line.quantity if whole else 0}


def _parcel(parcel: ParcelIn, more: Table) -> dict[str, Any]:
    own = parcel.model_dump(include={"carrier", "dispatched_at", "delivered_at", "signed_at"})
    # A number that came with the parcel was there when it left.
    tracked = {"tracking_at": parcel.dispatched_at} if parcel.tracking else {}
    return own | tracked | {name: value for name, value in more.items() if name != "ref"}
