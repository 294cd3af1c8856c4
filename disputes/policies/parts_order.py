"""The tables of a pack that speak about the order: where it was bought, how it is paid and changed, where it goes."""

from typing import Literal

from disputes.policies.codes import Event, Ground, Length
from disputes.policies.condition import When
from disputes.policies.kinds import Request
from disputes.policies.pattern import Pattern
from disputes.policies.standing import Strict, Value

Capture = Literal["on_order", "on_shipment", "per_shipment"]
Outward = Literal["whole_order", "always", "never"]


class Gate(Strict):
    """Whether what came this way is dealt with here, or where people are sent instead."""

    action: Value[Literal["allow", "redirect"]]
    to: str | None = None


class Scope(Strict):
    """Whom and what the shop's rules are for. Channels, topics and brands may be sent elsewhere."""

    channels: dict[str, Gate] = {}
    topics: dict[str, Gate] = {}
    countries: Value[tuple[str, ...]] | None = None
    po_box: Value[bool] | None = None
    po_box_words: Value[tuple[Pattern, ...]] | None = None
    international: Value[bool] | None = None
    line_label: Value[str] | None = None


class OrderRules(Strict):
    """The order's number, its kinds, and where it may be looked up."""

    number: Value[Pattern] | None = None
    types: Value[tuple[str, ...]] | None = None
    split: Value[bool] | None = None
    source: Value[Literal["buyer_at_checkout"]] | None = None


class Method(Strict):
    """One way to pay."""

    accepted: Value[bool]
    preferred: Value[bool] | None = None
    needs_3ds: Value[bool] | None = None
    when: When | None = None


class Payment(Strict):
    """Ways to pay, and when the money is taken."""

    methods: dict[str, Method] = {}
    capture: dict[str, Value[Capture]] = {}
    tax: dict[str, Value[Literal["included", "separate"]]] = {}
    coupons: Value[int] | None = None
    shipping: Value[Literal["quoted", "free"]] | None = None
    acceptance: Value[Literal["case_by_case"]] | None = None
    invoice_limit: Value[Length] | None = None


class Refund(Strict):
    """What a refund is: its base, its way, and what must have happened before. `shipping`, by reason: when what sending
    the order out cost comes back."""

    base: Value[Literal["paid", "captured"]] | None = None
    destination: Value[Literal["original_method"]] | None = None
    after: Value[Event] | None = None
    start: Value[Literal["support_contact"]] | None = None
    no_deduction: Value[bool] | None = None
    shipping: dict[Ground, Value[Outward]] = {}


class Stage(Strict):
    """Until what stage of the order a request is possible. `lock_after` is only asked when no event is known."""

    possible: Value[bool] | None = None
    guaranteed: Value[bool] | None = None
    blocked_by: Value[tuple[Event, ...]] | None = None
    lock_after: Value[Length] | None = None
    instead: Value[Request] | None = None


class Undeliverable(Strict):
    """What becomes of a parcel that came back."""

    action: Value[Literal["refund_goods", "reship"]]
