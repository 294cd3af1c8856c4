"""What is known about a filing: the only thing about a case that the shops' rules ever read."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from disputes.policies.codes import Currency, ProofCode, ReasonCode
from disputes.policies.reasons import REASONS, Wish

# One spelling of a moment, so that the same facts always have the same hash.
Moment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
Minor = Annotated[int, Field(ge=0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parcel(_Frozen):
    """When a parcel left, when its carrier showed arrival, when somebody signed; None is "not known"."""

    dispatched_at: Moment | None = None
    delivered_at: Moment | None = None
    signed_at: Moment | None = None


class Line(_Frozen):
    """What is complained about: one order line, the quantity filed, and every parcel it travelled in.

    Amounts are in minor units of the facts' currency; `paid_minor` is for the quantity filed, after discounts.
    """

    ref: str
    category: str = ""
    quantity: Annotated[int, Field(gt=0)] = 1
    unit_price_minor: Minor = 0
    paid_minor: Minor = 0
    parcels: tuple[Parcel, ...] = ()


class Facts(_Frozen):
    """A filing as the rules see it. `proofs` are codes of what was handed in; `asked_minor` what part is wished."""

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
