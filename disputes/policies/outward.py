"""What sending the order out cost: whether it comes back with a claim, by the shop's rules or by the law above them."""

from collections.abc import Sequence
from dataclasses import dataclass

from disputes.policies.codes import DEFAULT
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict


@dataclass(frozen=True)
class Shipping:
    """What the outward shipping cost in minor units. `ordinary_minor`: what the least expensive ordinary way would
    have cost, where the buyer chose a dearer one; `whole`: the claim leaves nothing of the order."""

    charged_minor: int
    ordinary_minor: int | None
    whole: bool


def outward(pack: Pack | None, reason: str, cost: Shipping, said: Sequence[Verdict]) -> tuple[int, tuple[str, ...]]:
    """How much of it is part of a claim for this reason, and the clauses that say so.

    Where the rules say nothing it goes with a claim for the whole order, and a person decides. `said` are the rules'
    verdicts: what the law gives counts even where the shop says never."""
    by_reason = pack.refund.shipping if pack else {}
    rule = by_reason.get(reason, by_reason.get(DEFAULT))
    when = rule.value if rule else None
    if rule and (when == "always" or (when == "whole_order" and cost.whole)):
        return cost.charged_minor, rule.source
    by_law = [clauses for v in said if v.result is Result.PASS and (clauses := v.details.get("shipping"))]
    if by_law and cost.whole:
        ordinary = cost.charged_minor if cost.ordinary_minor is None else cost.ordinary_minor
        return min(cost.charged_minor, ordinary), tuple(by_law[0])
    return (cost.charged_minor if when is None and cost.whole else 0), ()
