"""Ask the shop's rules about a filing, and keep what they said with the case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from disputes.db import db
from disputes.models import (
    Allocation,
    Capture,
    Case,
    CaseLine,
    Filing,
    Offer,
    Order,
    OrderLine,
    Parcel,
    ParcelLine,
    Payment,
    Screening,
    Seller,
    Shop,
    StoredVerdict,
)
from disputes.models.payment import BY_INVOICE
from disputes.policies import facts as rules_facts
from disputes.policies.evaluate import evaluate
from disputes.policies.promises import promises
from disputes.policies.reasons import Wish
from disputes.policies.repay import Worth
from disputes.policies.schema import Pack
from disputes.policies.told import told_of_line
from disputes.policies.verdict import Result, Verdict
from disputes.rules import laws, registry
from disputes.workflows.roles import BUYER
from disputes.workflows.screening import UNPAID

AT_FILING = "filing"
# Reasons of somebody whose goods have not come yet.
WAITS = {
    ("late", "still_on_its_way"), ("item_not_received", "not_dispatched"), ("item_not_received", "lost"),
    ("item_not_received", None),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a person asks for: lines with quantities (line id -> quantity), why, and what would put it right.

    `worth` is what was paid for them where other cases hold some of the same line (line id -> worth)."""

    lines: Mapping[int, int]
    reason: str
    sub_reason: str | None
    wish: str
    wish_minor: int | None = None
    worth: Mapping[int, Worth] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """What the rules said, and from which version and facts."""

    verdicts: tuple[Verdict, ...]
    version: str | None
    facts_hash: str
    promises: tuple[Verdict, ...] = ()  # whether what the buyer waits for was promised for an earlier day, or a later


@dataclass(frozen=True)
class Spoken:
    """What of a line other cases hold: units and their worth. `sent_minor` was sent back for further units, in part."""

    quantity: int = 0
    worth: Worth = Worth()
    sent_minor: int = 0


NOTHING = Spoken()


def worth_of(row: OrderLine | CaseLine) -> Worth:
    """What was paid for a line, or for what a case claims of it."""
    return Worth(row.paid_minor, row.discount_minor, row.tax_minor)


def share(line: OrderLine, quantity: int, spoken: Spoken = NOTHING) -> Worth:
    """What was paid for `quantity` of what others left of a line; whoever takes the last units takes what rounding
    left, so that parts add up to the whole. Never more than was not sent back yet."""
    units = line.quantity - spoken.quantity
    rest = worth_of(line) - spoken.worth
    if not 0 < quantity <= units:
        return Worth()
    worth = rest.of(quantity, units)
    return worth.part(max(0, min(worth.minor, rest.minor - spoken.sent_minor)))


def judge(shop: Shop, seller: Seller, order: Order, lines: Sequence[OrderLine], wanted: Wanted, at: datetime) -> Judged:
    """The verdicts for a filing at a moment, by the rules in force at purchase (DESIGN 2)."""
    pack = registry().at(shop.pack, order.placed_at)
    facts = facts_of(seller, order, lines, wanted)
    awaited = tuple(_awaited(pack, facts, at)) if pack else ()
    said = evaluate(pack, facts, at, laws())
    # Whoever belongs elsewhere is told so and nothing else: what the rules would say here does not matter to them.
    said = tuple(v for v in said if v.name == "channel" and v.result is Result.FAIL) or said
    return Judged(said, pack.meta.version if pack else None, facts.facts_hash(), awaited)


def _awaited(pack: Pack, facts: rules_facts.Facts, at: datetime) -> Iterator[Verdict]:
    """What the rules say of the promise a buyer waits for: that it is sent, and once it is, that it arrives."""
    if (facts.reason, facts.sub_reason) not in WAITS:
        return
    sent = all(any(parcel.dispatched_at for parcel in line.parcels) for line in facts.lines)
    for verdict in promises(pack, facts, at):
        if pack.promises[verdict.name.partition(":")[2]].what == ("received" if sent else "dispatched"):
            yield verdict


def at_decision(decision_id: int) -> str:
    """The phase of a decision: what the rules said when it was drafted stays with it, whatever is drafted later."""
    return f"decision:{decision_id}"


def forget(case: Case, decision_ids: Sequence[int]) -> None:
    """Drop what the rules said for drafts that another has taken the place of."""
    phases = [at_decision(decision_id) for decision_id in decision_ids]
    db.session.execute(delete(StoredVerdict).where(StoredVerdict.case_id == case.id, StoredVerdict.phase.in_(phases)))


def store(case: Case, phase: str, judged: Judged, at: datetime) -> None:
    """Keep what the rules said at filing, or for a decision."""
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


def facts_of(seller: Seller, order: Order, lines: Sequence[OrderLine], wanted: Wanted) -> rules_facts.Facts:
    """What is truly known of a filing; the rules are told nothing else, and say themselves what they miss."""
    parcels, charges = _parcels(order), _charges(order)
    return rules_facts.Facts(
        reason=wanted.reason,
        sub_reason=wanted.sub_reason,
        wish=Wish(wanted.wish),
        lines=tuple(
            rules_facts.Line(
                ref=line.ref,
                category=line.category,
                brand=line.brand,
                product=line.sku,
                quantity=wanted.lines[line.id],
                unit_price_minor=line.unit_minor,
                paid_minor=wanted.worth.get(line.id, share(line, wanted.lines[line.id])).minor,
                parcels=(*parcels.get(line.id, ()), *parcels.get(None, ())),
                **told_of_line(line.tags, line.listing.get("attributes", {}), order.placed_at),
            )
            for line in lines
            if line.id in wanted.lines
        ),
        currency=order.currency,
        placed_at=order.placed_at,
        channel=order.channel,
        order_number=order.number,
        asked_minor=wanted.wish_minor,
        seller_is_trader=seller.is_trader,
        buyer_country=order.country,
        shipping_quoted_minor=order.shipping_minor,
        **charges,
    )


def _parcels(order: Order) -> dict[int | None, list[rules_facts.Parcel]]:
    """Parcels by line; None: of those that hold the whole order."""
    rows = db.session.execute(
        select(ParcelLine.line_id, Parcel)
        .select_from(Parcel)
        .outerjoin(ParcelLine, Parcel.id == ParcelLine.parcel_id)
        .where(Parcel.order_id == order.id)
        .order_by(Parcel.id)
    )
    found: dict[int | None, list[rules_facts.Parcel]] = {}
    for line_id, parcel in rows:
        dates = rules_facts.Parcel(
            carrier=parcel.carrier,
            dispatched_at=parcel.dispatched_at,
            # A number that came with the parcel was there when it left.
            tracking_at=parcel.dispatched_at if parcel.tracking else None,
            delivered_at=parcel.delivered_at,
            signed_at=parcel.signed_at,
        )
        found.setdefault(line_id, []).append(dates)
    return found


def _charges(order: Order) -> dict[str, Any]:
    """How and when the order was paid, and what was taken; nothing where no payment is known."""
    rows = db.session.execute(
        select(Payment, Allocation.tender, Capture, Screening.state)
        .join(Allocation, Allocation.payment_id == Payment.id)
        .outerjoin(Capture, Capture.allocation_id == Allocation.id)
        .outerjoin(Screening, Screening.order_id == Allocation.order_id)
        .where(Allocation.order_id == order.id)
        .order_by(Payment.id, Capture.id)
    ).all()
    if not rows:
        return {}
    taken = tuple(
        rules_facts.Charge(
            tender=tender,
            amount_minor=capture.captured_minor,
            at=capture.captured_at,
            refunded_minor=capture.refunded_minor,
        )
        for _, tender, capture, _ in rows
        if capture is not None
    )
    first = rows[0][0]
    paid_at, secure = _paid_at([(p.method, p.paid_at) for p, _, _, _ in rows], rows[0][3]), first.three_d_secure
    return {"paid_at": paid_at, "method": first.method, "captures": taken, "three_d_secure": secure}


def _paid_at(payments: Sequence[tuple[str, datetime]], screened: str | None) -> datetime | None:
    """When an order was paid. What was sent back to ask for an invoice instead never paid it."""
    if screened in UNPAID:
        return None
    return next((at for method, at in payments if screened == "invoice_paid" and method == BY_INVOICE), payments[0][1])


def judge_again(case: Case) -> Judged:
    """The rules' answer to the same filing, with what is known of the order today: a receipt may have become known.

    The moment stays that of the filing; a decision that takes long must not make a filing late."""
    return judge(*_filed(case))


def facts_again(case: Case) -> tuple[Pack | None, rules_facts.Facts, datetime]:
    """The rules in force at purchase, what is known today of the filing, and its moment."""
    shop, seller, order, lines, wanted, at = _filed(case)
    return registry().at(shop.pack, order.placed_at), facts_of(seller, order, lines, wanted), at


def _filed(case: Case) -> tuple[Shop, Seller, Order, Sequence[OrderLine], Wanted, datetime]:
    """A case as it was filed."""
    order, seller, shop, filing = db.session.execute(
        select(Order, Seller, Shop, Filing)
        .join(Seller, Seller.id == Order.seller_id)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Filing, Filing.id == case.filing_id)
        .where(Order.id == case.order_id)
    ).one()[:4]
    pairs = db.session.execute(
        select(OrderLine, CaseLine).join(CaseLine, CaseLine.line_id == OrderLine.id).where(CaseLine.case_id == case.id)
    ).all()
    asked = db.session.scalars(
        select(Offer).where(Offer.case_id == case.id, Offer.side == BUYER).order_by(Offer.id)
    ).first()
    wanted = Wanted(
        {line.id: claimed.quantity for line, claimed in pairs},
        case.reason,
        case.sub_reason,
        asked.kind if asked else Wish.ANSWER,
        asked.amount_minor if asked else None,
        {line.id: worth_of(claimed) for line, claimed in pairs},
    )
    return shop, seller, order, [line for line, _ in pairs], wanted, filing.received_at
