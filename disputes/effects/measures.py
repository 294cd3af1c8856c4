"""Which outcomes a decision or a settlement has: each becomes a row with its own small life."""

from datetime import datetime

from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Allocation, Capture, Case, Decision, Outcome, Refund
from disputes.models.decision import RESTRICTION
from disputes.policies.repay import TOTAL, Asked
from disputes.workflows.outcome import CREDIT, DEBIT, OUTCOME
from disputes.workflows.refund import CALLED_OFF
from disputes.workflows.roles import BUYER, SELLER

from .repaid import repayment, tenders_of

PART = "partial_refund"
MONEY = ("full_refund", PART, "cancellation")
REFUND, CANCEL = "refund", "cancel_order"


def refundable(order_id: int) -> int:
    """Minor units paid for an order that nobody was promised back yet."""
    query = select(func.coalesce(func.sum(Capture.left()), 0)).join(Allocation, Allocation.id == Capture.allocation_id)
    return int(db.session.scalar(query.where(Allocation.order_id == order_id)) or 0)


def given(case_id: int) -> tuple[int, bool]:
    """What earlier decisions of a case sent or are sending back, net, in minor units; and whether they cancelled.

    What was called off counts as far as the money went back another way: the bank may have given it back to us."""
    off = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.outcome_id == Outcome.id, Refund.state == CALLED_OFF
    )
    rows = db.session.execute(
        select(
            Outcome.kind,
            func.coalesce(func.sum(Outcome.amount_minor), 0),
            func.coalesce(func.sum(off.scalar_subquery()), 0),
        )
        .where(Outcome.case_id == case_id, Outcome.state != OUTCOME.begin.dest)
        .group_by(Outcome.kind)
    ).all()
    sums = {kind: int(amount or 0) for kind, amount, _ in rows}
    called_off = sum(int(amount) for _, _, amount in rows)
    instead = min(called_off, _another_way(case_id)) if called_off else 0
    return sums.get(REFUND, 0) - called_off + instead - sums.get(CREDIT, 0), CANCEL in sums


def _another_way(case_id: int) -> int:
    """What a bank took back of the case's order, or somebody refunded past us."""
    total = func.coalesce(func.sum(Capture.charged_back_minor + Capture.outside_minor), 0)
    query = select(total).join(Allocation).join(Case, Case.order_id == Allocation.order_id)
    return int(db.session.scalar(query.where(Case.id == case_id)) or 0)


def planned(
    kind: str, amount_minor: int | None, claimed_minor: int, left_minor: int, before: tuple[int, bool] = (0, False),
    *, cancel: bool = False, fraud: bool = False,
) -> list[tuple[str, str, int | None]]:  # fmt: skip
    """(kind, target, amount) of each outcome, on top of what was given `before`.

    A whole refund gives back what was paid for the claim; `cancel`: the order is cancelled besides. Where less is due
    than was given, the buyer keeps it and the platform pays the seller; it is taken from the buyer only for proven
    `fraud` (DESIGN 6)."""
    had, cancelled = before
    whole = min(claimed_minor, left_minor + had)
    due = {"no_remedy": 0, "partial_refund": amount_minor or 0, RESTRICTION: had}.get(kind, whole)
    money: list[tuple[str, str, int | None]] = []
    if due > had:
        money.append((REFUND, BUYER, due - had))
    elif due < had:
        money.append((CREDIT, SELLER, had - due))
        money += [(DEBIT, BUYER, had - due)] if fraud else []
    cancels = (cancel or kind == "cancellation") and not cancelled
    return [(CANCEL, "order", None), *money] if cancels else money


def propose(case: Case, decision: Decision, *, now: datetime, cancel: bool = False, asked: Asked | None = None) -> None:
    """Write a decision's outcomes as planned, and how its refund adds up; the step that takes it orders them.

    `asked`: how a part refund is made up, if not of one sum. ValueError when the claim does not hold it."""
    tenders, before = tenders_of(case.order_id), given(case.id)
    left = sum(tender.left_minor for tender in tenders)
    if decision.kind in MONEY:
        part = asked or Asked(TOTAL, decision.amount_minor or 0)
        most = min(case.claimed_minor, left + before[0])
        found = repayment(case, part if decision.kind == PART else Asked(), tenders, before[0], most)
        decision.repayment = found.as_dict() if found.total_minor else None
    db.session.add_all(
        Outcome(
            case_id=case.id, decision_id=decision.id, kind=kind, target=target, amount_minor=amount,
            currency=case.currency, state=OUTCOME.begin.dest, changed_at=now,
        )
        for kind, target, amount in planned(
            decision.kind, decision.amount_minor, case.claimed_minor, left, before, cancel=cancel, fraud=decision.fraud
        )
    )  # fmt: skip
    db.session.flush()
