"""What a mail is about, read by its ids at the moment it is sent. Nothing only staff may read is in here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from disputes.db import db
from disputes.effects.clocks import rule_of
from disputes.effects.measures import given, refundable
from disputes.models import (
    Account,
    Case,
    CaseLine,
    Clock,
    Decision,
    Event,
    Grant,
    Offer,
    Order,
    OrderLine,
    Seller,
    Shop,
)
from disputes.moment import moment
from disputes.workflows.roles import BUYER, other_side


@dataclass(frozen=True)
class Limit:
    """The deadline a mail names, and the step that follows when it passes; None: none by itself."""

    due_at: datetime
    pulls: str | None


@dataclass(frozen=True)
class About:
    """Everything a template may show. `offer` is the other side's; `back_minor` what the decision sends back, with
    what earlier ones sent; `whole_minor` what a full refund would: of the claim, what has not been sent back yet."""

    case: Case
    shop: Shop
    order: Order
    seller: Seller
    buyer: Account
    lines: Sequence[tuple[str, int]]
    limit: Limit | None
    offer: Offer | None
    decision: Decision | None
    back_minor: int
    whole_minor: int
    event: Event | None


def about(case_id: int, payload: Mapping[str, Any]) -> About:
    """Read what a mail with this payload is about."""
    query = (
        select(Case, Shop, Order, Seller, Account)
        .join(Shop, Shop.id == Case.shop_id)
        .join(Order, Order.id == Case.order_id)
        .join(Seller, Seller.id == Case.seller_id)
        .join(Account, Account.id == Case.buyer_id)
        .where(Case.id == case_id)
    )
    case, shop, order, seller, buyer = db.session.execute(query.execution_options(populate_existing=True)).one()
    stands = (Offer.case_id == case_id, Offer.side == other_side(payload["to"]), Offer.ended_at.is_(None))
    return About(
        case, shop, order, seller, buyer,
        lines=_lines(case_id),
        limit=_limit(case, shop, payload),
        offer=_one(select(Offer).where(*stands)),
        decision=_one(select(Decision).where(Decision.in_force(case_id))),
        back_minor=given(case_id)[0],
        whole_minor=min(case.claimed_minor, refundable(order.id)),
        event=_one(select(Event).where(Event.case_id == case_id, Event.seq == payload.get("seq"))),
    )  # fmt: skip


def _lines(case_id: int) -> list[tuple[str, int]]:
    query = select(OrderLine.title, CaseLine.quantity).join(CaseLine, CaseLine.line_id == OrderLine.id)
    return [
        (title, n) for title, n in db.session.execute(query.where(CaseLine.case_id == case_id).order_by(OrderLine.id))
    ]


def _one(query: Any) -> Any:
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _limit(case: Case, shop: Shop, payload: Mapping[str, Any]) -> Limit | None:
    """The recipient's limit. One that waits for this very mail starts when the mailer has it: computed from now."""
    clock = _running(case.id, payload["to"], payload.get("clock_id"))
    if clock is None:
        return None
    if clock.due_at is not None:
        return Limit(clock.due_at, clock.pulls)
    rule = rule_of(case, clock.name) if clock.name == payload.get("clock") else None
    return Limit(rule.due(moment(shop), ZoneInfo(shop.zone)), clock.pulls) if rule else None


def _running(case_id: int, side: str, clock_id: int | None) -> Clock | None:
    """The clock of a side that waits for its notice or ends first; with `clock_id` that one, if it still runs."""
    mine = (Clock.case_id == case_id, Clock.actor == side, Clock.closed_at.is_(None), Clock.paused_at.is_(None))
    query = select(Clock).where(*mine).order_by(Clock.due_at.is_not(None), Clock.due_at).limit(1)
    found: Clock | None = _one(query if clock_id is None else query.where(Clock.id == clock_id))
    return found


def readers(matter: About, side: str) -> list[Account]:
    """The buyer, or every member of the seller whose account is not disabled."""
    return [matter.buyer] if side == BUYER else members(matter.seller.id)


def members(seller_id: int) -> list[Account]:
    """Every member of a seller whose account is not disabled."""
    mine = select(Grant.account_id).where(Grant.seller_id == seller_id)
    query = select(Account).where(Account.id.in_(mine), Account.disabled_at.is_(None)).order_by(Account.id)
    return list(db.session.scalars(query))
