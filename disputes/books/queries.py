"""Movements with the names they show; what is in the purses; what comparisons found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import aliased

from disputes.auth.people import Person
from disputes.db import db
from disputes.models import Account, Case, Citation, Decision, Movement, Order, Reconciliation, Seller, Shop
from disputes.models.book import BUYER, DUE, HELD, PURSES, SELLER
from disputes.web.keyset import PAGE
from disputes.workflows.roles import AUDITOR, DESK

READERS = (*DESK, AUDITOR)
NAMED = {BUYER: Account, DUE: Account, SELLER: Seller, HELD: Seller}  # whose a purse with a number is


@dataclass(frozen=True)
class Wanted:
    """What is asked for; empty: everything. `month` is the first of one, `seller` part of a name."""

    shop: str = ""
    month: datetime | None = None
    seller: str = ""
    order: str = ""
    case: str = ""


@dataclass(frozen=True)
class Row:
    """One movement as it is read. `source` and `dest` are (party, whose)."""

    movement: Movement
    shop: str
    order: str | None
    case: Case | None
    by: str
    source: tuple[str, str]
    dest: tuple[str, str]
    clauses: tuple[str, ...]


def movements(person: Person, wanted: Wanted) -> Any:
    """(movement, shop, order number, case, who did or decided it, who approved it) of the person's shops.

    Nobody reads about what they bought or sell themselves."""
    author, second = aliased(Account), aliased(Account)
    query = (
        select(Movement, Shop.name, Order.number, Case, func.coalesce(Account.name, author.name), second.name)
        .join(Shop, Shop.id == Movement.shop_id)
        .outerjoin(Order, Order.id == Movement.order_id)
        .outerjoin(Case, Case.id == Movement.case_id)
        .outerjoin(Account, Account.id == Movement.account_id)
        .outerjoin(Decision, Decision.id == Movement.decision_id)
        .outerjoin(author, author.id == Decision.account_id)
        .outerjoin(second, second.id == Decision.second_id)
        .where(Movement.shop_id.in_(person.shops_as(*READERS)))
        .where(or_(Order.id.is_(None), (Order.buyer_id != person.id) & Order.seller_id.not_in(person.sellers)))
    )
    if wanted.shop:
        query = query.where(Movement.shop_id == wanted.shop)
    if wanted.order:
        query = query.where(Order.number == wanted.order)
    if wanted.case:
        query = query.where(or_(Case.ref == wanted.case.upper(), _of_no_case(wanted.case.upper())))
    if wanted.seller:
        of = select(Seller.id).where(Seller.name.icontains(wanted.seller, autoescape=True))
        query = query.where(Order.seller_id.in_(of))
    if wanted.month:
        query = query.where(Movement.at >= wanted.month, Movement.at < _next(wanted.month))
    return query


def _of_no_case(ref: str) -> Any:
    """What a bank or a back office did concerns the order; whoever looks for its case wants to see that too."""
    order_id = select(Case.order_id).where(Case.ref == ref).scalar_subquery()
    return Movement.case_id.is_(None) & (Movement.order_id == order_id)


def _next(month: datetime) -> datetime:
    year, at = (month.year + 1, 1) if month.month == 12 else (month.year, month.month + 1)
    return month.replace(year=year, month=at)


def month_of(text: str, zone: str) -> datetime | None:
    """The first moment of a month such as 2026-03 in a zone, as UTC; None when it is none."""
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None


def one_page(query: Any, after: tuple[datetime, int] | None) -> Sequence[Any]:
    """The newest first, from where the page before ended."""
    if after:
        query = query.where(Movement.id < min(after[1], 2**31 - 1))
    return db.session.execute(query.order_by(Movement.id.desc()).limit(PAGE + 1)).all()


def named(found: Sequence[Any]) -> list[Row]:
    """The same with the names of buyers and sellers, and the clauses their decisions rest on."""
    names = _names([movement for movement, *_ in found])
    clauses = _clauses({movement.decision_id for movement, *_ in found if movement.decision_id})
    return [
        Row(
            m, shop, order, case, " + ".join(name for name in (by, second) if name),
            (m.source, names.get((m.source, m.source_of), "")), (m.dest, names.get((m.dest, m.dest_of), "")),
            tuple(dict.fromkeys((*m.clauses, *clauses.get(m.decision_id or 0, ())))),
        )
        for m, shop, order, case, by, second in found
    ]  # fmt: skip


def _names(moves: Sequence[Movement]) -> dict[tuple[str, int], str]:
    ends = {end for m in moves for end in ((m.source, m.source_of), (m.dest, m.dest_of))}
    found: dict[tuple[str, int], str] = {}
    for table in (Account, Seller):
        ids = {of for party, of in ends if NAMED.get(party) is table}
        rows = dict(db.session.execute(select(table.id, table.name).where(table.id.in_(ids))).all()) if ids else {}
        found |= {(party, of): rows[of] for party, of in ends if NAMED.get(party) is table and of in rows}
    return found


def _clauses(decisions: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = select(Citation.decision_id, Citation.clause).where(
        Citation.decision_id.in_(decisions), Citation.clause.is_not(None)
    )
    for decision_id, clause in db.session.execute(query) if decisions else ():
        found.setdefault(decision_id, []).append(str(clause))
    return found


def sums(query: Any) -> dict[str, dict[str, int]]:
    """party -> currency -> what came in less what went out, over everything a query finds; what is not nothing."""
    found = query.with_only_columns(Movement.id).subquery()
    mine = Movement.id.in_(select(found.c.id))
    ends = union_all(
        select(Movement.dest.label("party"), Movement.currency, Movement.amount_minor.label("minor")).where(mine),
        select(Movement.source.label("party"), Movement.currency, (-Movement.amount_minor).label("minor")).where(mine),
    ).subquery()
    total = func.sum(ends.c.minor)
    rows = db.session.execute(
        select(ends.c.party, ends.c.currency, total).group_by(ends.c.party, ends.c.currency).having(total != 0)
    ).all()
    by_party: dict[str, dict[str, int]] = {party: {} for party in PURSES if any(row[0] == party for row in rows)}
    for party, currency, minor in rows:
        by_party[party][currency] = int(minor)
    return by_party


def latest(person: Person) -> Sequence[Any]:
    """(comparison, shop's name): the newest of each of the person's shops."""
    newest = select(func.max(Reconciliation.id)).group_by(Reconciliation.shop_id)
    query = select(Reconciliation, Shop.name).join(Shop, Shop.id == Reconciliation.shop_id)
    mine = Reconciliation.shop_id.in_(person.shops_as(*READERS))
    return db.session.execute(query.where(mine, Reconciliation.id.in_(newest)).order_by(Shop.name)).all()


def shops(person: Person) -> Sequence[Any]:
    """(id, name) of the shops whose books this person reads."""
    query = select(Shop.id, Shop.name).where(Shop.id.in_(person.shops_as(*READERS)))
    return db.session.execute(query.order_by(Shop.name)).all()
