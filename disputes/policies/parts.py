"""The tables a pack is made of."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from disputes.policies.codes import Currency, Event, Length, ProofCode, ReasonCode, ZoneName
from disputes.policies.duration import Kind
from disputes.policies.standing import Strict, Value

Anchor = Literal["receipt", "dispatch", "purchase", "signature"]


class Meta(Strict):
    """Who this pack is. `extends` names one exact version (`id@version`), so a published pack never changes.

    `effective_to` is its last day; without it a version holds until the next begins."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    name: str
    effective_from: date
    extends: str | None = None
    effective_to: date | None = None
    abstract: bool = False
    source_files: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _end_after_it_began(self) -> "Meta":
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise PydanticCustomError("dates", "effective_to is before effective_from")
        return self


class Locale(Strict):
    """The zone days are counted in, and the currency of the shop's prices."""

    tz: Value[ZoneName]
    currency: Value[Currency]


class Seller(Strict):
    """Whether the shop itself sells, or somebody else on its platform."""

    kind: Value[Literal["own_shop", "third_party"]]


class Anchors(Strict):
    """How the day of receipt is found: the first of these moments that is known.

    With `own_carriers`, their parcels count from the signature, and those of others from the carrier's word."""

    receipt: Value[tuple[Literal["signed_at", "delivered_at", "agreed_at"], ...]]
    own_carriers: Value[tuple[str, ...]] | None = None


class Window(Value[Length]):
    """Until when a request can be filed, counted from the anchor; the event, if set, is what must lie in it.

    `stops_at`: an event that ends it early. `warranty`: the goods' own warranty, where known, takes its place.
    `statutory`: a child may make it longer, never shorter."""

    anchor: Anchor | None = None
    event: Literal["filed", "defect_appeared"] = "filed"
    count_start_day: bool = False
    stops_at: Event | None = None
    warranty: bool = False
    statutory: bool = False

    @model_validator(mode="after")
    def _start_somewhere(self) -> "Window":
        if self.value is not None and self.anchor is None:
            raise PydanticCustomError("no_anchor", "a window needs an anchor: receipt, dispatch or purchase")
        return self


class Limit(Strict):
    """How long, and how long before the end to warn."""

    limit: Value[Length]
    warn_before: Value[Length] | None = None

    @model_validator(mode="after")
    def _warn_before_the_end(self) -> "Limit":
        warn, limit = self.warn_before and self.warn_before.value, self.limit.value
        if warn and warn.kind is not Kind.ELAPSED:
            raise PydanticCustomError("warning", "a warning is given in hours, not days")
        if warn and limit and limit.kind is Kind.ELAPSED and warn.elapsed() >= limit.elapsed():
            raise PydanticCustomError("warning", "the warning comes before the clock starts")
        return self


class Override(Limit):
    """Another length of a clock where the reason is one of these."""

    reason: tuple[ReasonCode, ...]


class Clock(Limit):
    """A limit on somebody's silence. `on_expiry` is the step it takes; without one it only warns or orders a queue."""

    actor: Literal["buyer", "seller", "party", "reviewer", "system"]
    on_expiry: Value[str] | None = None
    override: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _act_only_on_hard_limits(self) -> "Clock":
        limits = [self.limit, *(other.limit for other in self.override)]
        if self.on_expiry and self.on_expiry.value and any(limit.strength != "hard" for limit in limits):
            raise PydanticCustomError("soft", "only a hard limit may take a step when it runs out")
        return self


class Evidence(Strict):
    """Proof for a reason: one of these is asked for; those others help."""

    one_of: Value[tuple[ProofCode, ...]] | None = None
    recommended: Value[tuple[ProofCode, ...]] | None = None


class Hearing(Strict):
    """How a decision comes about: whether the seller is asked first, and whether both must be heard."""

    seller_first: Value[Literal["required", "recommended"]]
    hear_both: Value[bool]
    tie_break: Value[Literal["buyer", "seller"]]
    no_conflict: Value[bool] | None = None
    basis: Value[tuple[Literal["policy", "best_practice", "expert_guidance"], ...]] | None = None
    combinable: Value[bool] | None = None
