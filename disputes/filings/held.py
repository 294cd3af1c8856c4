"""What other cases hold of an order: units, what was paid for them, and the shipping. It cannot be claimed twice."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from disputes.db import db
from disputes.models import Case, CaseLine, Decision, Order, OrderLine
from disputes.policies.repay import Part, Repayment, Worth
from disputes.verdicts import NOTHING, Spoken, Wanted, share, worth_of

WHOLE = ("full_refund", "cancellation")  # decisions that leave nothing of a line to claim


@dataclass(frozen=True)
class Held:
    """By line id: units in open cases, units in closed ones that were given back whole, and what `share` must know."""

    in_cases: Mapping[int, int] = field(default_factory=dict)
    given_back: Mapping[int, int] = field(default_factory=dict)
    spoken: Mapping[int, Spoken] = field(default_factory=dict)
    shipping_minor: int = 0


@dataclass(frozen=True)
class Claimed:
    """What was paid for a claim: by line id, and for the outward shipping in it, with the clauses of that."""

    worth: Mapping[int, Worth]
    shipping_minor: int
    clauses: tuple[str, ...]

    @property
    def minor(self) -> int:
        """All of it, in minor units."""
        return sum(worth.minor for worth in self.worth.values()) + self.shipping_minor


def spoken_for(order: Order) -> Held:
    """What other cases about an order hold: open ones, and those in which a decision that stands sent money back."""
    found = db.session.execute(
        select(Case.id, Case.is_open, Case.shipping_minor, CaseLine, OrderLine.ref, Decision.kind, Decision.repayment)
        .join(CaseLine, CaseLine.case_id == Case.id)
        .join(OrderLine, OrderLine.id == CaseLine.line_id)
        .outerjoin(Decision, Decision.in_force(Case.id))
        .where(Case.order_id == order.id, or_(Case.is_open, Decision.id.is_not(None)))
    ).all()
    in_cases: dict[int, int] = defaultdict(int)
    given_back: dict[int, int] = defaultdict(int)
    spoken: dict[int, Spoken] = {}
    shipping: dict[int, int] = {}
    for case_id, is_open, fee, line, ref, kind, repayment in found:
        before = spoken.get(line.line_id, NOTHING)
        if kind in WHOLE or is_open:
            (given_back if kind in WHOLE else in_cases)[line.line_id] += line.quantity
            worth = before.worth + worth_of(line)
            spoken[line.line_id] = Spoken(before.quantity + line.quantity, worth, before.sent_minor)
            shipping[case_id] = fee
        else:
            sent = before.sent_minor + _sent(repayment, ref)
            spoken[line.line_id] = Spoken(before.quantity, before.worth, sent)
            shipping[case_id] = _sent(repayment, None)
    return Held(in_cases, given_back, spoken, sum(shipping.values()))


def worth_of_claim(lines: Sequence[OrderLine], wanted: Wanted, held: Held) -> dict[int, Worth]:
    """What was paid for what is claimed, by line id."""
    chosen = [line for line in lines if line.id in wanted.lines]
    return {line.id: share(line, wanted.lines[line.id], held.spoken.get(line.id, NOTHING)) for line in chosen}


def _sent(repayment: Mapping[str, Any] | None, ref: str | None) -> int:
    """What a decision sent back for a line, or for the shipping where no line is named."""
    if not repayment:
        return 0
    sent = Repayment.from_dict(repayment)
    return sent.by_line().get(ref, Part(0, 0)).minor if ref else sent.shipping_minor
