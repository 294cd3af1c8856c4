"""Which outcomes a decision or a settlement has: each becomes a row with its own small life."""

from datetime import datetime

from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Allocation, Capture, Case, Decision, Outcome
from disputes.workflows.outcome import OUTCOME
from disputes.workflows.roles import BUYER, SELLER

REFUND, CANCEL, CREDIT = "refund", "cancel_order", "credit_seller"


def refundable(order_id: int) -> int:
    """Minor units paid for an order that nobody was promised back yet."""
    free = Capture.captured_minor - Capture.refund_reserved_minor - Capture.refunded_minor
    query = select(func.coalesce(func.sum(free), 0)).join(Allocation, Allocation.id == Capture.allocation_id)
    return int(db.session.scalar(query.where(Allocation.order_id == order_id)) or 0)


def given(case_id: int) -> tuple[int, bool]:
    """What earlier decisions of a case sent or are sending back, net, in minor units; and whether they cancelled."""
    rows = db.session.execute(
        select(Outcome.kind, func.coalesce(func.sum(Outcome.amount_minor), 0))
        .where(Outcome.case_id == case_id, Outcome.state != OUTCOME.begin.dest)
        .group_by(Outcome.kind)
    )
    sums = {kind: int(amount or 0) for kind, amount in rows}
    return sums.get(REFUND, 0) - sums.get(CREDIT, 0), CANCEL in sums


def planned(
    kind: str, amount_minor: int | None, claimed_minor: int, left_minor: int, before: tuple[int, bool] = (0, False)
) -> list[tuple[str, str, int | None]]:
    """(kind, target, amount) of each outcome, on top of what was given `before`.

    A whole refund gives back what was paid for the claim. Where less is due than was given, the buyer keeps it and
    the platform pays the seller (DESIGN 6)."""
    had, cancelled = before
    whole = min(claimed_minor, left_minor + had)
    due = {"no_remedy": 0, "partial_refund": amount_minor or 0}.get(kind, whole)
    money: list[tuple[str, str, int | None]] = []
    if due > had:
        money.append((REFUND, BUYER, due - had))
    elif due < had:
        money.append((CREDIT, SELLER, had - due))
    return [(CANCEL, "order", None), *money] if kind == "cancellation" and not cancelled else money


def propose(case: Case, decision: Decision, *, now: datetime) -> None:
    """Write a decision's outcomes as planned; the step that takes the decision orders them."""
    left, before = refundable(case.order_id), given(case.id)
    db.session.add_all(
        Outcome(
            case_id=case.id, decision_id=decision.id, kind=kind, target=target, amount_minor=amount,
            currency=case.currency, state=OUTCOME.begin.dest, changed_at=now,
        )
        for kind, target, amount in planned(decision.kind, decision.amount_minor, case.claimed_minor, left, before)
    )  # fmt: skip
    db.session.flush()
