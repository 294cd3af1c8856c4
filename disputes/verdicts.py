"""Ask the shop's rules about a filing, and keep what they said with the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from disputes.db import db
from disputes.models import (
    Case,
    CaseLine,
    Filing,
    Offer,
    Order,
    OrderLine,
    Parcel,
    ParcelLine,
    Seller,
    Shop,
    StoredVerdict,
)
from disputes.policies import facts as rules_facts
from disputes.policies.evaluate import evaluate
from disputes.policies.reasons import Wish
from disputes.policies.verdict import Verdict
from disputes.rules import registry
from disputes.workflows.roles import BUYER


@dataclass(frozen=True)
class Wanted:
    """What a person asks for: lines with quantities (line id -> quantity), why, and what would put it right."""

    lines: Mapping[int, int]
    reason: str
    sub_reason: str | None
    wish: str
    wish_minor: int | None = None


@dataclass(frozen=True)
class Judged:
    """What the rules said, and from which version and facts."""

    verdicts: tuple[Verdict, ...]
    version: str | None
    facts_hash: str


def share(line: OrderLine, quantity: int) -> int:
    """What was paid for `quantity` of a line, in minor units, rounded down so that parts never exceed the whole."""
    return line.paid_minor * quantity // line.quantity


def judge(shop: Shop, seller: Seller, order: Order, lines: Sequence[OrderLine], wanted: Wanted, at: datetime) -> Judged:
    """The verdicts for a filing at a moment, by the rules in force at purchase (DESIGN 2)."""
    pack = registry().at(shop.pack, order.placed_at)
    facts = _facts(seller, order, lines, wanted)
    return Judged(evaluate(pack, facts, at), pack.meta.version if pack else None, facts.facts_hash())


def store(case: Case, phase: str, judged: Judged, at: datetime) -> None:
    """Keep what the rules said at filing or at decision; a second draft's answer takes the place of the first's."""
    old = delete(StoredVerdict).where(StoredVerdict.case_id == case.id, StoredVerdict.phase == phase)
    db.session.execute(old)
    db.session.add(
        StoredVerdict(
            case_id=case.id,
            phase=phase,
            verdicts=[verdict.as_dict() for verdict in judged.verdicts],
            pack_version=judged.version,
            facts_hash=judged.facts_hash,
            at=at,
        )
    )


def _facts(seller: Seller, order: Order, lines: Sequence[OrderLine], wanted: Wanted) -> rules_facts.Facts:
    parcels = _parcels(order)
    return rules_facts.Facts(
        reason=wanted.reason,
        sub_reason=wanted.sub_reason,
        wish=Wish(wanted.wish),
        lines=tuple(
            rules_facts.Line(
                ref=line.ref,
                category=line.category,
                quantity=wanted.lines[line.id],
                unit_price_minor=line.unit_minor,
                paid_minor=share(line, wanted.lines[line.id]),
                parcels=tuple(parcels.get(line.id, ())),
            )
            for line in lines
            if line.id in wanted.lines
        ),
        currency=order.currency,
        placed_at=order.placed_at,
        asked_minor=wanted.wish_minor,
        seller_is_trader=seller.is_trader,
        buyer_country=order.country,
    )


def _parcels(order: Order) -> dict[int, list[rules_facts.Parcel]]:
    rows = db.session.execute(
        select(ParcelLine.line_id, Parcel)
        .join(Parcel, Parcel.id == ParcelLine.parcel_id)
        .where(Parcel.order_id == order.id)
    )
    found: dict[int, list[rules_facts.Parcel]] = {}
    for line_id, parcel in rows:
        dates = rules_facts.Parcel(
            dispatched_at=parcel.dispatched_at, delivered_at=parcel.delivered_at, signed_at=parcel.signed_at
        )
        found.setdefault(line_id, []).append(dates)
    return found


def judge_again(case: Case) -> Judged:
    """The rules' answer to the same filing, with what is known of the order today: a receipt may have become known.

    The moment stays that of the filing; a decision that takes long must not make a filing late."""
    order, seller, shop, filing = db.session.execute(
        select(Order, Seller, Shop, Filing)
        .join(Seller, Seller.id == Order.seller_id)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Filing, Filing.id == case.filing_id)
        .where(Order.id == case.order_id)
    ).one()[:4]
    pairs = db.session.execute(
        select(OrderLine, CaseLine.quantity)
        .join(CaseLine, CaseLine.line_id == OrderLine.id)
        .where(CaseLine.case_id == case.id)
    ).all()
    asked = db.session.scalars(
        select(Offer).where(Offer.case_id == case.id, Offer.side == BUYER).order_by(Offer.id)
    ).first()
    wanted = Wanted(
        {line.id: quantity for line, quantity in pairs},
        case.reason,
        case.sub_reason,
        asked.kind if asked else Wish.ANSWER,
        asked.amount_minor if asked else None,
    )
    return judge(shop, seller, order, [line for line, _ in pairs], wanted, filing.received_at)
