"""The costs of a case in the books: who owes whom, and what is still to be paid to its buyer by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from disputes.db import db
from disputes.models import Case, Cost, CostPayment, CostShare
from disputes.models import book as purses
from disputes.workflows.roles import BUYER

from .books import Moved, Whose, write


def in_force() -> ColumnElement[bool]:
    """The condition of a cost that no other corrects."""
    later = aliased(Cost)
    return ~select(later.id).where(later.corrects_id == Cost.id).exists()


def owed_to_buyer(case_id: Any) -> Any:
    """SQL for what others bear of what the buyer laid out and was not paid yet; `case_id` may be a column."""
    borne = (
        select(func.coalesce(func.sum(CostShare.amount_minor), 0))
        .join(Cost, Cost.id == CostShare.cost_id)
        .where(Cost.case_id == case_id, Cost.laid_out_by == BUYER, CostShare.payer != BUYER, in_force())
        .scalar_subquery()
    )
    paid = select(func.coalesce(func.sum(CostPayment.amount_minor), 0)).where(CostPayment.case_id == case_id)
    return borne - paid.scalar_subquery()


def owed_now(case_id: int) -> int:
    """The same as a number of minor units; below zero: more was paid than is owed after a correction."""
    return int(db.session.scalar(select(owed_to_buyer(case_id))) or 0)


def book_cost(case: Case, cost: Cost, shares: Sequence[CostShare], *, back_for: Cost | None = None) -> None:
    """Book what each of them owes to whoever laid it out. `back_for`: take it back, because that row corrects it."""
    to = (purses.DUE, case.buyer_id) if cost.laid_out_by == BUYER else (purses.SELLER, case.seller_id)
    by = back_for or cost
    moves = []
    for share in shares:
        if share.payer == cost.laid_out_by:
            continue  # they have paid it already
        whose = _whose(case, share.payer)
        key = f"cost-{cost.id}-{share.payer}" + (f"-back-{by.id}" if back_for else "")
        ends = (to, whose) if back_for else (whose, to)
        what = "cost_back" if back_for else "cost_borne"
        moves.append(_moved(case, key, what, ends, share.amount_minor, by.account_id, by.at, cost.clauses))
    write(moves)


def book_payment(case: Case, payment: CostPayment) -> None:
    """Book what a lead paid to the buyer by hand."""
    ends = ((purses.DUE, case.buyer_id), (purses.OUTSIDE, 0))
    key = f"cost-payment-{payment.id}"
    write([_moved(case, key, "cost_paid", ends, payment.amount_minor, payment.account_id, payment.at, ())])


def _whose(case: Case, payer: str) -> Whose:
    return payer, {"buyer": case.buyer_id, "seller": case.seller_id}.get(payer, 0)


def _moved(
    case: Case, key: str, what: str, ends: tuple[Whose, Whose], minor: int, account_id: int, at: datetime,
    clauses: Sequence[str],
) -> Moved:  # fmt: skip
    return Moved(
        key, what, *ends, minor, case.currency, case.shop_id, at, case_id=case.id, order_id=case.order_id,
        account_id=account_id, clauses=clauses,
    )  # fmt: skip
