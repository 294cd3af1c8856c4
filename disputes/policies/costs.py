"""Which row of the cost table holds, and how a sum is split along its chain of payers."""

from collections.abc import Mapping
from dataclasses import dataclass

from disputes.policies.facts import Facts
from disputes.policies.parts_goods import Cost, CostLine, Payer
from disputes.policies.schema import Pack
from disputes.policies.shares import spread
from disputes.policies.standing import Standing


def cost_row(pack: Pack, line: CostLine, facts: Facts, in_warranty: bool | None = None) -> Cost | None:
    """The row that holds: among those whose conditions are met, the one with most of them; None when there is none."""
    rows = pack.costs.get(line, {}).values()
    fitting = [row for row in rows if _fits(row, facts, in_warranty)]
    return max(fitting, key=_conditions, default=None)


def _fits(row: Cost, facts: Facts, in_warranty: bool | None) -> bool:
    listed: tuple[tuple[tuple[str, ...], str | None], ...] = (
        (row.faults, facts.lies_with),
        (row.modes, facts.mode),
        (row.causes, facts.cause),
        (row.reasons, facts.reason),
    )
    if row.in_warranty is not None and row.in_warranty is not in_warranty:
        return False
    return all(not wanted or given in wanted for wanted, given in listed)


def _conditions(row: Cost) -> int:
    given = (row.faults, row.modes, row.causes, row.reasons, row.in_warranty is not None)
    return sum(1 for condition in given if condition)


def payers(row: Cost, facts: Facts) -> tuple[Payer, ...]:
    """The chain as it stands in this case: an insurer is in it only where the seller is insured."""
    return tuple(who for who in row.value or () if who != "insurer" or facts.insured)


def split(chain: tuple[Payer, ...], cost: int, tariff: int | None) -> Mapping[str, int]:
    """Who pays how much, in minor units: an insurer up to its tariff, or all when no tariff is known; then the next.

    Together they never pay more than the cost."""
    shares: dict[str, int] = {}
    left = cost
    for who in chain:
        part = min(left, tariff) if who == "insurer" and tariff is not None else left
        if part:
            shares[who] = part
        left -= part
    return shares


@dataclass(frozen=True)
class Borne:
    """Who bears how much of a cost by the rules, in minor units; `rest_minor` is what they leave to a person."""

    shares: Mapping[str, int]
    rest_minor: int
    clauses: tuple[str, ...] = ()
    standing: Standing = Standing.NOT_STATED


def borne(pack: Pack | None, line: CostLine, facts: Facts, covered: bool | None = None) -> Borne:
    """The rules' answer for a cost of `facts.cost_minor`. Where they say nothing, all of it is left to a person."""
    cost = facts.cost_minor or 0
    row = cost_row(pack, line, facts, covered) if pack else None
    if pack is None or row is None or not row.value:
        return Borne({}, cost, row.source if row else (), row.status if row else Standing.NOT_STATED)
    shares = split(payers(row, facts), cost, facts.tariff_minor)
    insured = pack.insurance.pays.source if pack.insurance and "insurer" in shares else ()
    clauses = tuple(dict.fromkeys((*row.source, *insured)))
    return Borne(shares, cost - sum(shares.values()), clauses, row.status)


def by_percent(minor: int, percents: Mapping[str, int]) -> dict[str, int]:
    """A sum shared by percents that add up to 100, to the minor unit; ValueError when they do not."""
    if any(percent < 0 for percent in percents.values()) or sum(percents.values()) != 100:
        raise ValueError("percents that do not add up to 100")
    return dict(zip(percents, spread(minor, list(percents.values())), strict=True))
