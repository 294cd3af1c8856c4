"""The tables of a pack that speak about talking: channels, forms, notices, facts, and what a message may hold."""

from typing import Annotated, Literal

from pydantic import Field

from disputes.policies.pattern import Pattern
from disputes.policies.standing import Strict, Value


class Channel(Strict):
    """A way to reach the shop. `address` is a number or address as the shop gives it; none: through the pages."""

    kind: Literal["form", "phone", "email", "chat", "office", "page", "app"]
    offered: Value[bool]
    address: Value[str] | None = None
    purposes: tuple[str, ...] = ()
    hours: str | None = None
    languages: Value[tuple[str, ...]] | None = None
    by_availability: Value[bool] | None = None
    tiers: tuple[str, ...] = ()


class Contact(Strict):
    """What holds for all channels: one that is always there, and the language that stands in."""

    always: Value[str] | None = None
    fallback_language: Value[str] | None = None
    recommend: Value[bool] | None = None
    no_direct_address: Value[bool] | None = None


class Form(Strict):
    """What must be filled in for a request, and what helps."""

    required: Value[tuple[str, ...]] | None = None
    recommended: Value[tuple[str, ...]] | None = None
    one_of: Value[tuple[str, ...]] | None = None


class Notice(Strict):
    """A notice the shop promises: by whom, about what, through which channels. `all_channels`: every one of them."""

    channels: Value[tuple[Literal["email", "sms", "phone", "inbox", "account"], ...]] | None = None
    all_channels: Value[bool] | None = None
    sender: Value[str] | None = None
    subject: Value[str] | None = None
    fields: Value[tuple[str, ...]] | None = None
    forbidden: Value[tuple[Pattern, ...]] | None = None


class Info(Value[str]):
    """A fact the shop's document states, for whoever asks."""

    link: Value[str] | None = None


class Filter(Value[tuple[Pattern, ...]]):
    """What a message may not hold. Patterns are looked for in the text made plain (digits, spaces, width)."""

    senders: tuple[Literal["seller", "agent", "buyer"], ...] = ("seller",)
    action: Literal["block", "hold", "warn"]
    kind: Literal["pattern", "link", "image_code", "reported"] = "pattern"
    registered: bool = False


class Content(Strict):
    """Filters by category, and what passes all of them."""

    filters: dict[str, Filter] = {}
    allow: Value[tuple[str, ...]] | None = None
    domains: Value[tuple[str, ...]] | None = None
    exempt_fields: Value[tuple[str, ...]] | None = None


class Scorecard(Strict):
    """A figure somebody answers for. `threshold` is a ratio, written exactly; without one nothing follows."""

    actor: Literal["seller", "agent", "platform"]
    good: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    formula: Value[str]
    threshold: Value[Annotated[str, Field(pattern=r"^\d+(\.\d+|/\d+)?$")]] | None = None
    on_fail: Value[str] | None = None


class Tier(Strict):
    """What a kind of customer has more of; never a longer window."""

    refund_first: Value[bool] | None = None
    own_queue: Value[str] | None = None
    exchange_first: Value[bool] | None = None
    ship_on_pickup: Value[bool] | None = None


class Adr(Strict):
    """The way to an outside body."""

    authority: Value[str]
    link: Value[str] | None = None
    right_of: Value[tuple[Literal["buyer", "seller"], ...]]
    after_internal: Value[bool] | None = None
