"""Open a case on an order."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from disputes.db import db
from disputes.effects.restricted import why_no_filing
from disputes.effects.unit import Actor
from disputes.effects.words import Words, keep
from disputes.models import Case, CaseLine, Filing, Offer, Order, OrderLine, Seller, Shop
from disputes.models.columns import new_public_id, new_ref
from disputes.policies.clocks import clock_rule
from disputes.policies.outward import Shipping, outward
from disputes.policies.reasons import REASONS, Reason, Wish
from disputes.rules import registry
from disputes.steps import begin
from disputes.storage.attach import attach, told
from disputes.storage.store import Stored
from disputes.text import N_, Text
from disputes.verdicts import AT_FILING, Judged, Wanted, judge, store
from disputes.workflows.case import CASE
from disputes.workflows.core import Refused
from disputes.workflows.roles import BUYER, SELLER

from .held import Claimed, Held, spoken_for, worth_of_claim
from .way import way_of, why_shut

FIRST_SEQ = 1
CASES_A_DAY = 20
IN_A_CASE = N_("There is an open case about %(title)s already. You can still claim %(free)s of it.")
CALLER_RESTRICTED = N_("This buyer's account is restricted, so no new case can be opened for it.")
GIVEN_BACK = N_("%(title)s was refunded or cancelled in another case. You can still claim %(free)s of it.")


@dataclass(frozen=True)
class Claim:
    """A filing as its person sent it. `key` comes from the form: sent twice, it opens one case."""

    wanted: Wanted
    words: str
    key: str
    files: Sequence[Stored] = field(default_factory=tuple)


def lock_order(order_id: int) -> tuple[Order, Shop, Seller]:
    """Lock an order, as the first statement of a filing's write transaction."""
    query = (
        select(Order, Shop, Seller)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Seller, Seller.id == Order.seller_id)
        .where(Order.id == order_id)
        .with_for_update(of=Order)
        .execution_options(populate_existing=True)
    )
    order, shop, seller = db.session.execute(query).one()
    return order, shop, seller


def open_case(
    locked: tuple[Order, Shop, Seller], claim: Claim, actor: Actor, *, now: datetime, received_at: datetime
) -> tuple[Case, bool]:
    """Open a case on a locked order. Returns it, and whether it is new: the same form sent twice opens one case.

    Raises Refused when the shop's rules shut it, or more is claimed than there is to claim."""
    order = locked[0]
    if known := _sent_before(order, claim, actor):
        return known, False
    wanted = claim.wanted
    claimed, judged = _allowed(locked, wanted, actor, now=now, received_at=received_at)
    case = _case(locked, claim, actor, now=now, received_at=received_at, claimed=claimed)
    store(case, AT_FILING, judged, received_at)
    _wish(case, wanted, now)
    role = BUYER if actor.on_behalf_of else actor.role
    numbers = attach(case.id, claim.files, role=role, account_id=actor.id or 0, kind="filing", received_at=received_at)
    words = Words.typed(claim.words)
    details = {**_asked_for(wanted), "words": words.commitment, **told(numbers, claim.files)}
    way = way_of(wanted.reason, judged)
    begin(case, actor, now=now, received_at=received_at, details=details, then=way.step, told=way.details)
    keep(case, Actor(case.buyer_id, BUYER), words, kind="statement", seq=FIRST_SEQ, at=received_at)
    return case, True


def _allowed(
    locked: tuple[Order, Shop, Seller], wanted: Wanted, actor: Actor, *, now: datetime, received_at: datetime
) -> tuple[Claimed, Judged]:
    """What was paid for the claim, and what the rules say of it. Refused when something shuts it."""
    order, shop, seller = locked
    if wanted.reason not in {reason.code for reason in reasons_of(shop, received_at)}:
        raise Refused(Text(N_("This shop deals with such requests elsewhere.")))
    refuse_restricted(order, shop, actor, now)
    _check_number(order, actor, now)
    lines, held = lines_of(order), spoken_for(order)
    _check_quantities(lines, wanted, held)
    wanted = replace(wanted, worth=worth_of_claim(lines, wanted, held))
    goods = sum(worth.minor for worth in wanted.worth.values())
    _check_amount(order, wanted, goods + order.shipping_minor)  # the rules are asked about amounts that can be
    judged = judge(shop, seller, order, lines, wanted, received_at)
    shipping, clauses = _shipping(order, shop, lines, wanted, held, judged)
    claimed = Claimed(wanted.worth, shipping, clauses)
    _check_amount(order, wanted, claimed.minor)
    if reason := why_shut(judged):
        raise Refused(reason)
    return claimed, judged


def _asked_for(wanted: Wanted) -> dict[str, Any]:
    return {
        "reason": wanted.reason, "sub_reason": wanted.sub_reason, "wish": wanted.wish, "wish_minor": wanted.wish_minor
    }  # fmt: skip


def reasons_of(shop: Shop, at: datetime) -> Sequence[Reason]:
    """The reasons a case can be opened for, by the shop's rules in force at a moment; all of them where none are."""
    pack = registry().at(shop.pack, at)
    return pack.open_reasons() if pack else tuple(REASONS.values())


def _sent_before(order: Order, claim: Claim, actor: Actor) -> Case | None:
    """The case this very form opened before. A key is typed by whoever likes: it counts for its own person only."""
    mine = (Filing.key == claim.key, Filing.order_id == order.id, Filing.filed_by == actor.id)
    return db.session.scalars(select(Case).join(Filing).where(*mine)).one_or_none()


def lines_of(order: Order) -> Sequence[OrderLine]:
    """An order's lines, in the shop's order."""
    return db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)).all()


def _shipping(
    order: Order, shop: Shop, lines: Sequence[OrderLine], wanted: Wanted, held: Held, judged: Judged
) -> tuple[int, tuple[str, ...]]:
    """How much of what sending it out cost is part of the claim, and by which clauses; it comes back once."""
    whole = all(wanted.lines.get(line.id, 0) + held.given_back.get(line.id, 0) == line.quantity for line in lines)
    cost = Shipping(order.shipping_minor, order.shipping_ordinary_minor, whole)
    minor, clauses = outward(registry().at(shop.pack, order.placed_at), wanted.reason, cost, judged.verdicts)
    left = max(0, order.shipping_minor - held.shipping_minor)
    return min(minor, left), clauses


def _check_quantities(lines: Sequence[OrderLine], wanted: Wanted, held: Held) -> None:
    """What is claimed in open cases, and what was given back whole, never exceeds quantity bought (DESIGN 2)."""
    if not wanted.lines:
        raise Refused(Text(N_("Choose at least one item.")))
    for line in lines:
        claimed, returned = wanted.lines.get(line.id, 0), held.given_back.get(line.id, 0)
        free = max(0, line.quantity - held.in_cases.get(line.id, 0) - returned)
        if claimed > line.quantity:
            raise Refused(Text(N_("Not more than was bought.")))
        if claimed > free:
            raise Refused(Text(GIVEN_BACK if returned else IN_A_CASE, {"title": line.title, "free": free}))


def refuse_restricted(order: Order, shop: Shop, actor: Actor, now: datetime) -> None:
    """Refused when whoever opens a case, or lets it be opened by telephone, may not open any now."""
    side, subject_id = (SELLER, order.seller_id) if actor.role == SELLER else (BUYER, order.buyer_id)
    if reason := why_no_filing(side, subject_id, shop, now):
        raise Refused(reason if actor.on_behalf_of is None else Text(CALLER_RESTRICTED))


def _check_number(order: Order, actor: Actor, now: datetime) -> None:
    """A buyer opens so many cases a day and no more; what a reviewer takes by telephone is not held up by it."""
    today = (Case.buyer_id == order.buyer_id, Case.opened_at > now - timedelta(days=1))
    if actor.role == BUYER and (db.session.scalar(select(func.count()).where(*today)) or 0) >= CASES_A_DAY:
        reason = N_("You have opened %(n)s cases within a day. Please wait until tomorrow before you open another.")
        raise Refused(Text(reason, {"n": CASES_A_DAY}))


def _check_amount(order: Order, wanted: Wanted, claimed: int) -> None:
    """A part is more than nothing and less than what was paid; of nothing there is no refund at all."""
    if wanted.wish in (Wish.FULL_REFUND, Wish.PARTIAL_REFUND) and claimed <= 0:
        raise Refused(Text(N_("Nothing was paid for these, so there is nothing to send back.")))
    if wanted.wish == Wish.PARTIAL_REFUND and not 0 < (wanted.wish_minor or 0) < claimed:
        most = {"minor": claimed, "currency": order.currency}
        raise Refused(Text(N_("A part refund is more than nothing and less than %(most)s."), {"most": most}))


def _case(
    locked: tuple[Order, Shop, Seller],
    claim: Claim,
    actor: Actor,
    *,
    now: datetime,
    received_at: datetime,
    claimed: Claimed,
) -> Case:
    order, shop, seller = locked
    filing = Filing(
        key=claim.key, order_id=order.id, filed_by=actor.id, on_behalf_of=actor.on_behalf_of, received_at=received_at,
        filed_at=now,
    )  # fmt: skip
    db.session.add(filing)
    db.session.flush()
    bought, opened = registry().at(shop.pack, order.placed_at), registry().at(shop.pack, now)
    target = clock_rule(opened, "desk_target", claim.wanted.reason) if opened else None
    desk_due = target.due(now, ZoneInfo(shop.zone)) if target else now
    start = CASE.begin.dest
    case = Case(
        public_id=new_public_id(), ref=new_ref(), filing_id=filing.id, shop_id=shop.id, order_id=order.id,
        seller_id=seller.id, buyer_id=order.buyer_id, reason=claim.wanted.reason, sub_reason=claim.wanted.sub_reason,
        currency=order.currency, claimed_minor=claimed.minor,
        shipping_minor=claimed.shipping_minor, shipping_clauses=list(claimed.clauses), pack=shop.pack,
        entitlement_version=bought.meta.version if bought else None,
        procedure_version=opened.meta.version if opened else None,
        opened_at=now, state=start, version=1, public_state=start, public_version=1, public_seq=0, is_open=True,
        queue_at=desk_due, desk_due_at=desk_due, head_seq=0, head_hash="0" * 64,
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    for line_id, quantity in claim.wanted.lines.items():
        worth = claimed.worth[line_id]
        db.session.add(
            CaseLine(
                case_id=case.id, line_id=line_id, quantity=quantity, paid_minor=worth.minor,
                discount_minor=worth.discount, tax_minor=worth.tax,
            )
        )  # fmt: skip
    return case


def _wish(case: Case, wanted: Wanted, now: datetime) -> None:
    """The buyer's wish is the first offer on the table; whoever only wants an answer puts none there."""
    if wanted.wish == Wish.ANSWER:
        return
    db.session.add(
        Offer(
            case_id=case.id, side=BUYER, account_id=case.buyer_id, kind=wanted.wish,
            amount_minor=wanted.wish_minor if wanted.wish == Wish.PARTIAL_REFUND else None,
            currency=case.currency, note="", made_at=now,
        )
    )  # fmt: skip
