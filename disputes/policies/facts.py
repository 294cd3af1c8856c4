"""What is known about a filing: the only thing about a case that the shops' rules ever read."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from disputes.policies.codes import Currency, Event, ProofCode, ReasonCode, SignCode
from disputes.policies.kinds import Request
from disputes.policies.parts_goods import Cause, Mode, Plan
from disputes.policies.parts_time import Incident
from disputes.policies.reasons import REASONS, Fault, Wish

# One spelling of a moment, so that the same facts always have the same hash.
Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
Minor = Annotated[int, Field(ge=0)]


_BY_WISH: dict[Wish, Request] = {
    Wish.FULL_REFUND: "refund",
    Wish.PARTIAL_REFUND: "refund",
    Wish.CANCELLATION: "cancellation",
}
_IMPLIED: dict[tuple[str, str | None], Request] = {
    ("order_change", "address"): "address_change",
    ("order_change", "items"): "order_change",
}


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parcel(_Frozen):
    """When a parcel left, when its carrier showed arrival, when somebody signed; None is "not known".

    `agreed_at` is the arrival a person settled with the buyer where no date is known."""

    carrier: str | None = None
    dispatched_at: Moment | None = None
    tracking_at: Moment | None = None
    delivered_at: Moment | None = None
    signed_at: Moment | None = None
    agreed_at: Moment | None = None


class BoughtPlan(_Frozen):
    """A protection plan bought with a line, and its last day."""

    kind: Plan
    until: date


class Line(_Frozen):
    """What is complained about: one order line, the quantity filed, and every parcel it travelled in.

    Amounts are in minor units of the facts' currency; `paid_minor` is for the quantity filed, after discounts. `signs`
    says yes or no to what can be seen on the goods; a sign that is not named is not known. `notices` are the notices
    shown for it, and since when; `tags` are words of the shop's own, such as who the product page says supplies it."""

    ref: str
    category: str = ""
    brand: str | None = None
    product: str | None = None
    tags: tuple[str, ...] = ()
    quantity: Annotated[int, Field(gt=0)] = 1
    unit_price_minor: Minor = 0
    paid_minor: Minor = 0
    parcels: tuple[Parcel, ...] = ()
    sealed_goods: bool | None = None
    signs: dict[SignCode, bool] = {}
    notices: dict[str, Moment] = {}
    warranty_until: date | None = None
    plans: tuple[BoughtPlan, ...] = ()
    exchanges: Annotated[int, Field(ge=0)] | None = None
    backordered: bool | None = None
    promised_dispatch: date | None = None


class Charge(_Frozen):
    """Money that was taken, when, from which tender, and what of it was sent back."""

    tender: str | None = None
    amount_minor: Minor
    at: Moment | None = None
    refunded_minor: Minor = 0


class Facts(_Frozen):
    """A filing as the rules see it. `proofs` are codes of what was handed in; `asked_minor` what part is wished.

    Everything with a default may be left open: the rules then say that they cannot tell. docs/facts.md explains each
    field."""

    reason: ReasonCode
    sub_reason: str | None = None
    wish: Wish
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]
    currency: Currency
    placed_at: Moment
    paid_at: Moment | None = None
    asked_minor: Minor | None = None
    proofs: tuple[ProofCode, ...] = ()
    seller_is_trader: bool | None = None
    buyer_country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None

    request: Request | None = None
    topic: str | None = None
    channel: str | None = None
    order_number: str | None = None
    order_type: str | None = None
    region: str | None = None
    address: str | None = None
    new_country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    events: dict[Event, Moment] = {}
    incidents: tuple[Incident, ...] = ()
    filled: tuple[str, ...] | None = None
    mode: Mode | None = None
    cause: Cause | None = None
    defect: Literal["proven", "disproved"] | None = None
    fault: Fault | None = None
    failed_remedy: str | None = None
    in_stock: bool | None = None
    informed: bool | None = None
    approved: bool | None = None
    in_pickup_area: bool | None = None
    insured: bool | None = None
    claim_steps: tuple[str, ...] | None = None
    tariff_minor: Minor | None = None
    cost_minor: Minor | None = None
    tier: str | None = None
    method: str | None = None
    issuer: str | None = None
    three_d_secure: bool | None = None
    captures: tuple[Charge, ...] | None = None
    shipping_quoted_minor: Minor | None = None
    shipping_charged_minor: tuple[Minor, ...] = ()
    tax_charged_minor: Minor | None = None
    coupons: tuple[str, ...] = ()
    method_days: Annotated[int, Field(ge=0)] | None = None
    tracking_places: tuple[Literal["account", "email"], ...] | None = None

    @property
    def asks(self) -> Request | None:
        """What is asked for: as said, else as wish and reason imply; None for a mere answer."""
        return self.request or _IMPLIED.get((self.reason, self.sub_reason)) or _BY_WISH.get(self.wish)

    @property
    def lies_with(self) -> Fault:
        """Whose doing it is: as found out, else as the reason claims."""
        return self.fault or REASONS[self.reason].fault

    @model_validator(mode="after")
    def _belong_together(self) -> "Facts":
        if self.sub_reason is not None and REASONS[self.reason].sub(self.sub_reason) is None:
            raise ValueError(f"'{self.sub_reason}' is no sub-reason of '{self.reason}'")
        return self

    def as_dict(self) -> dict[str, Any]:
        """For storing as JSON."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Facts":
        """The inverse of `as_dict`; ValueError when it does not fit."""
        return cls.model_validate(stored)

    def facts_hash(self) -> str:
        """SHA-256 of the canonical JSON, in hex: the same facts have the same hash in every process."""
        canonical = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()
