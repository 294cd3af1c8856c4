"""Which outcomes a decision or a settlement has: each becomes a row with its own small life."""

from datetime import datetime

from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Allocation, Capture, Case, Decision, Outcome
from disputes.workflows.outcome import OUTCOME
from disputes.workflows.roles import BUYER

REFUND, CANCEL = "refund", "cancel_order"


def refundable(order_id: int) -> int:
    """Minor units paid for an order that nobody was promised back yet."""
    free = Capture.captured_minor - Capture.refund_reserved_minor - Capture.refunded_minor
    query = select(func.coalesce(func.sum(free), 0)).join(Allocation, Allocation.id == Capture.allocation_id)
    return int(db.session.scalar(query.where(Allocation.order_id == order_id)) or 0)


def planned(
    kind: str, amount_minor: int | None, claimed_minor: int, left_minor: int
) -> list[tuple[str, str, int | None]]:
    """(kind, target, amount) of each outcome. A whole refund gives back what was paid for the claim."""
    if kind == "no_remedy":
        return []
    amount = amount_minor if kind == "partial_refund" else min(claimed_minor, left_minor)
    refund: list[tuple[str, str, int | None]] = [(REFUND, BUYER, amount)] if amount else []
    return [(CANCEL, "order", None), *refund] if kind == "cancellation" else refund


def propose(case: Case, decision: Decision, *, now: datetime) -> None:
    """Write a decision's outcomes as planned; the step that takes the decision orders them."""
    left = refundable(case.order_id) if decision.kind != "partial_refund" else 0
    db.session.add_all(
        Outcome(
            case_id=case.id, decision_id=decision.id, kind=kind, target=target, amount_minor=amount,
            currency=case.currency, state=OUTCOME.begin.dest, changed_at=now,
        )
        for kind, target, amount in planned(decision.kind, decision.amount_minor, case.claimed_minor, left)
    )  # fmt: skip
    db.session.flush()
