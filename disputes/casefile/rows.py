"""Cases as rows of a list: the buyer's, the seller's inbox, the reviewers' queue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from disputes.db import db
from disputes.effects.facts import asked_side, last_move
from disputes.models import Account, Case, CaseLine, Order, OrderLine, Seller, Shop
from disputes.moment import real_now
from disputes.policies.reasons import REASONS
from disputes.text import N_, Text
from disputes.web.formats import ago
from disputes.workflows.case import CASE
from disputes.workflows.case_facts import CaseFacts
from disputes.workflows.roles import BUYER, DESK, INSIDE, PARTIES

from .build import page_of
from .words import whose


@dataclass(frozen=True)
class CaseRow:
    url: str
    ref: str
    title: str
    state_label: Text
    turn: str
    turn_label: Text
    due_at: datetime | None
    order_number: str
    shop_name: str
    opened_at: datetime
    amount_minor: int
    currency: str
    buyer_name: str
    seller_name: str
    reason: Text
    assignee: str | None
    age: str
    cursor: tuple[datetime, int]
    lines_text: str = ""
    referred: bool = False  # to an authority; true for the desk and auditors only


def select_rows() -> Select[Any]:
    """A case with the names its row shows; one statement for a whole page."""
    first = (
        select(OrderLine.title)
        .join(CaseLine, CaseLine.line_id == OrderLine.id)
        .where(CaseLine.case_id == Case.id)
        .order_by(CaseLine.id)
        .limit(1)
    )
    moved, asked, holder = last_move(Case.id), asked_side(Case.id), aliased(Account)
    return (
        select(
            Case, Order.number, Shop.name, Seller.name, Account.name, first.scalar_subquery(), moved, asked, holder.name
        )
        .join(Order, Order.id == Case.order_id)
        .join(Shop, Shop.id == Case.shop_id)
        .join(Seller, Seller.id == Case.seller_id)
        .join(Account, Account.id == Case.buyer_id)
        .outerjoin(holder, holder.id == Case.assignee_id)
    )


def rows(query: Select[Any], role: str) -> list[CaseRow]:
    """The rows of a page for a reader in `role`."""
    return [_row(found, role) for found in db.session.execute(query)]


def _row(found: Any, role: str) -> CaseRow:
    case, number, shop, seller, buyer, title, moved, asked, holder = found
    state = case.public_state if role in PARTIES else case.state
    acts = whose(state, CaseFacts(last_move=moved, asked_side=asked))
    label, turn = Text(_label(state, acts)), "you" if acts == ("us" if role in DESK else role) else ""
    known = REASONS[case.reason]
    sub = known.sub(case.sub_reason)
    reason = Text(sub.label if sub else known.label)
    return CaseRow(
        url=page_of(case, role), ref=case.ref, title=title or case.ref, state_label=label, turn=turn,
        turn_label=Text(N_("Your turn")) if turn == "you" else label,
        due_at=case.queue_at if case.is_open and case.queue_at != case.desk_due_at or role in INSIDE else None,
        order_number=number, shop_name=shop, opened_at=case.opened_at, amount_minor=case.claimed_minor,
        currency=case.currency, buyer_name=buyer, seller_name=seller, reason=reason,
        assignee=holder if role in DESK and _held(case) else None, age=ago(case.opened_at),
        cursor=(case.queue_at, case.id), referred=case.cover is not None and role in INSIDE,
    )  # fmt: skip


def _label(state: str, acts: str) -> str:
    """Where it stands: the seller is not waited for any more once they answered."""
    if state == "seller_contacted" and acts == BUYER:
        return N_("The seller has answered")
    return CASE.by_name[state].label


def _held(case: Case) -> bool:
    return case.claimed_until is not None and case.claimed_until > real_now()
