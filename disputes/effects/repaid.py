"""The refund calculator's question, read from a case: what is claimed, how the order was paid, what the rules say."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Allocation, Capture, Case, CaseLine, Decision, Order, OrderLine, Outcome, Payment
from disputes.policies.amounts import tax_apart
from disputes.policies.repay import Asked, Claim, Line, Repayment, Tender, Worth, repay
from disputes.policies.schema import Pack
from disputes.policies.standing import Value
from disputes.rules import version
from disputes.text import N_, Text
from disputes.workflows.core import Refused

OTHER_SUMS = Text(
    N_("What is left of each way the order was paid is not what it was when this was worked out. Please do it again.")
)


def repayment(case: Case, asked: Asked, tenders: tuple[Tender, ...], before_minor: int, most_minor: int) -> Repayment:
    """What comes back for which line and to which way of paying, by the rules in force at purchase."""
    pack = version(case.pack, case.entitlement_version) if case.entitlement_version else None
    destination = pack.refund.destination if pack else None
    return repay(
        claim_of(case, pack), asked, most_minor=most_minor, before_minor=before_minor, tenders=tenders,
        currency=case.currency, destination_clauses=_source(destination),
    )  # fmt: skip


def claim_of(case: Case, pack: Pack | None) -> Claim:
    """What a case claims, line by line, with the clauses that say what a refund is."""
    found = db.session.execute(
        select(CaseLine, OrderLine.ref, OrderLine.title, OrderLine.quantity, Order.country)
        .join(OrderLine, OrderLine.id == CaseLine.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(CaseLine.case_id == case.id)
        .order_by(OrderLine.id)
    ).all()
    lines = tuple(
        Line(ref, title, row.quantity, bought, Worth(row.paid_minor, row.discount_minor, row.tax_minor))
        for row, ref, title, bought, _ in found
    )
    tax = tax_apart(pack, found[0].country) if pack and found else None
    return Claim(
        lines, case.shipping_minor, tuple(case.shipping_clauses), _source(pack.refund.base if pack else None),
        _source(tax), tax_apart=tax is not None,
    )  # fmt: skip


def tenders_of(order_id: int) -> tuple[Tender, ...]:
    """The ways an order was paid, each with what of it nobody was promised back yet."""
    found = db.session.execute(
        select(Allocation.id, Payment.label, func.sum(Capture.left()))
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(Capture, Capture.allocation_id == Allocation.id)
        .where(Allocation.order_id == order_id)
        .group_by(Allocation.id, Payment.label)
        .order_by(Allocation.id)
    )
    return tuple(Tender(ref, label, int(left)) for ref, label, left in found)


def parts_of(outcome: Outcome, captures: Sequence[Capture]) -> list[int]:
    """What each of the locked captures gives to a refund: each way the order was paid gives what the decision's
    calculation says. Refused when that is not left any more: then the calculation is another one, too."""
    decision = db.session.get(Decision, outcome.decision_id)
    assert decision is not None, "an outcome without its decision"
    made = Repayment.from_dict(decision.repayment) if decision.repayment else None
    wanted = {sent.ref: sent.minor for sent in made.tenders} if made else {}
    parts = []
    for capture in captures:
        parts.append(min(wanted.get(capture.allocation_id, 0), max(0, capture.left_minor)))
        if parts[-1]:
            wanted[capture.allocation_id] -= parts[-1]
    if any(wanted.values()):
        raise Refused(OTHER_SUMS)
    return parts


def _source(rule: Value[Any] | None) -> tuple[str, ...]:
    return rule.source if rule else ()
