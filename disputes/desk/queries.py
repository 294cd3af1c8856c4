"""The queue: which open cases, in what order, at a cost that does not grow with the number of cases."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from disputes.auth.people import Person
from disputes.casefile.rows import select_rows
from disputes.db import db
from disputes.models import Account, Approval, Case, Order, OrderLine, Seller, Shop
from disputes.web.keyset import PAGE
from disputes.workflows.case import CASE, DECIDED
from disputes.workflows.roles import REVIEWER

TO_DECIDE = tuple(state.name for state in CASE.states if state.turn == REVIEWER)
TABS = {
    "decide": TO_DECIDE,
    "waiting": tuple(
        s.name for s in CASE.states if s.open and not s.confidential and s.name not in (*TO_DECIDE, *DECIDED)
    ),
    "paying": DECIDED,
}
FOUND = 20


def queue(person: Person, tab: str, after: tuple[datetime, int] | None) -> Select[Any]:
    """One page of a tab, the most pressing first, one more than a page. "mine" is what the person holds,
    "approve" what others ask this lead for."""
    query = select_rows().where(Case.is_open == True)  # noqa: E712 - the partial index wants "= 1"
    query = query.where(Case.shop_id.in_(person.desk_shops), *not_of(person, Case))
    if tab == "safety":
        query = select_rows().where(Case.shop_id.in_(person.desk_shops), Case.safety_at.is_not(None))
    elif tab == "mine":
        query = query.where(Case.assignee_id == person.id)
    elif tab == "approve":
        asked = Approval.asked_by != person.id
        query = query.join(Approval, and_(Approval.case_id == Case.id, Approval.ended_at.is_(None)))
        query = query.where(Case.shop_id.in_(person.lead_shops), asked)
    else:
        query = query.where(Case.id.in_(_first(person, TABS[tab], after)))
    if after:
        query = query.where(tuple_(Case.queue_at, Case.id) > after)
    return query.order_by(Case.queue_at, Case.id).limit(PAGE + 1)


def _first(person: Person, states: tuple[str, ...], after: tuple[datetime, int] | None) -> Select[Any]:
    """The ids of a page's cases: the first of each shop and state, then the first of these. One question for all of
    them would sort every open case before it shows the first."""
    firsts = []
    for shop_id, state in product(sorted(person.desk_shops) or [""], states):
        one = select(Case.id, Case.queue_at).where(Case.is_open == True)  # noqa: E712 - as above
        one = one.where(Case.shop_id == shop_id, Case.state == state, *not_of(person, Case))
        if after:
            one = one.where(tuple_(Case.queue_at, Case.id) > after)
        firsts.append(select(one.order_by(Case.queue_at, Case.id).limit(PAGE + 1).subquery()))
    found = union_all(*firsts).subquery()
    return select(found.c.id).order_by(found.c.queue_at, found.c.id).limit(PAGE + 1)


def not_of(person: Person, table: type[Case] | type[Order]) -> tuple[ColumnElement[bool], ...]:
    """Nobody works on a case of their own: it is not there for them (DESIGN 1)."""
    return table.buyer_id != person.id, table.seller_id.not_in(person.sellers)


def name_of(account_id: int) -> str | None:
    """Who holds a claim."""
    return db.session.scalar(select(Account.name).where(Account.id == account_id))


@dataclass(frozen=True)
class FoundOrder:
    """An order a caller may mean."""

    public_id: str
    number: str
    shop_name: str
    seller_name: str
    buyer_name: str
    placed_at: datetime
    total_minor: int
    currency: str
    lines_text: str
    case_url: str | None = None
    file_url: str | None = None


def find_orders(person: Person, words: str) -> list[FoundOrder]:
    """Orders of the person's shops by exact number or buyer's e-mail, newest first."""
    buyer = aliased(Account)
    query = (
        select(Order, Shop.name, Seller.name, buyer.name)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Seller, Seller.id == Order.seller_id)
        .join(buyer, buyer.id == Order.buyer_id)
        .where(Order.shop_id.in_(person.desk_shops), *not_of(person, Order))
        .where((Order.number == words.strip()) | (buyer.email == words.strip().lower()))
        .order_by(Order.placed_at.desc())
        .limit(FOUND)
    )
    found = db.session.execute(query).all()
    lines = _lines([row[0].id for row in found])
    return [
        FoundOrder(
            order.public_id, order.number, shop, seller, name, order.placed_at,
            sum(line.paid_minor for line in lines.get(order.id, ())) + order.shipping_minor, order.currency,
            ", ".join(line.title for line in lines.get(order.id, ())),
        )
        for order, shop, seller, name in found
    ]  # fmt: skip


def _lines(order_ids: list[int]) -> dict[int, list[OrderLine]]:
    found: dict[int, list[OrderLine]] = {}
    for line in db.session.scalars(select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.id)):
        found.setdefault(line.order_id, []).append(line)
    return found
