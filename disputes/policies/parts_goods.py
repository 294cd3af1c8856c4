"""The tables of a pack that speak about goods: what shuts a request for them, exchange, repair, and who pays."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from disputes.policies.codes import ProofCode, ReasonCode, SignCode
from disputes.policies.condition import When
from disputes.policies.kinds import Request
from disputes.policies.reasons import Fault
from disputes.policies.standing import Strict, Value

Payer = Literal["buyer", "seller", "platform", "insurer"]
CostLine = Literal["way_back", "way_out", "reship", "customs", "repair", "loss"]
Mode = Literal["mail_in", "pickup", "drop_off", "on_site", "remote"]
Cause = Literal["insufficient_address", "wrong_address", "carrier_damage", "refused", "unclaimed", "other"]
Plan = Literal["extended_warranty", "screen_breakage", "accident"]


class Exclusion(Value[tuple[SignCode, ...]]):
    """Goods a request is shut for: with any of these signs, or, without signs, all that the other fields describe.

    `manual` asks a person and never refuses; `effect` "flag" tells the other side and refuses nothing. `unless_defect`
    lifts it for a proven defect, `lifted_by` for a plan that covers it, `cured_by` for a proof that is at hand."""

    requests: tuple[Request, ...] = ()
    reasons: tuple[ReasonCode, ...] = ()
    categories: tuple[str, ...] = ()
    sealed_goods: bool = False
    notice: str | None = None
    warranty_over: bool = False
    unless_defect: bool = False
    lifted_by: tuple[Plan, ...] = ()
    cured_by: tuple[ProofCode, ...] = ()
    manual: bool = False
    effect: Literal["refuse", "flag"] = "refuse"
    when: When | None = None


class GroundSigns(Strict):
    """Signs that prove a reason, and signs that speak against it."""

    proven_by: Value[tuple[SignCode, ...]] | None = None
    negated_by: Value[tuple[SignCode, ...]] | None = None


class Exchange(Strict):
    """What an exchange is: how often, for what, and what follows when there is nothing to exchange for."""

    max_per_item: Value[int] | None = None
    match: Value[Literal["identical", "same_kind"]] | None = None
    no_stock: Value[Literal["refund"]] | None = None
    missing_part_alone: Value[bool] | None = None
    dispatch: Value[str] | None = None


class Repair(Strict):
    """Where and how goods are repaired, and who may."""

    modes: Value[tuple[Mode, ...]] | None = None
    countries: Value[tuple[str, ...]] | None = None
    routes: dict[str, Value[tuple[Literal["platform", "brand"], ...]]] = {}
    unrepairable: Value[Literal["refund"]] | None = None
    maintenance: Value[bool] | None = None
    plans: Value[tuple[Plan, ...]] | None = None


def _chain(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


class Cost(Value[Annotated[tuple[Payer, ...], BeforeValidator(_chain)]]):
    """Who pays, in turn: an insurer pays up to its tariff, the next one the rest. The row with most conditions wins."""

    faults: tuple[Fault, ...] = ()
    modes: tuple[Mode, ...] = ()
    causes: tuple[Cause, ...] = ()
    reasons: tuple[ReasonCode, ...] = ()
    in_warranty: bool | None = None
    negotiable: Value[bool] | None = None


class Insurance(Strict):
    """Insurance of the freight back."""

    holder: Value[Literal["seller", "buyer"]]
    pays: Value[Literal["way_back"]]
    after: Value[tuple[str, ...]]


class Ladder(Strict):
    """Which remedies follow each other, who chooses, and when money is the last resort."""

    order: Value[tuple[Request, ...]] | None = None
    choice: Value[Literal["buyer", "seller"]] | None = None
    last: Value[Request] | None = None
    last_after: Value[tuple[str, ...]] | None = None
    late: Value[Literal["forfeits"]] | None = None


class Pickup(Strict):
    """Collecting goods at the buyer's door."""

    preferred: Value[bool] | None = None
    own_area: Value[bool] | None = None
    approved: Value[bool] | None = None
    reasons: tuple[ReasonCode, ...] = ()
