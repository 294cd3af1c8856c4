"""Everything a case page shows, in six statements however much there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, or_, select, true

from disputes.auth.access import Turn
from disputes.auth.reading import CASE, NOTE
from disputes.db import db
from disputes.effects.facts import case_facts
from disputes.models import (
    Account,
    Case,
    CaseLine,
    Citation,
    Clock,
    Cost,
    CostShare,
    Decision,
    Event,
    Evidence,
    Message,
    Offer,
    Order,
    OrderLine,
    Outcome,
    Refund,
    Restriction,
    RestrictionScope,
    Seller,
    StoredVerdict,
    Voucher,
)
from disputes.steps import Actor
from disputes.verdicts import AT_FILING
from disputes.workflows.case_facts import CaseFacts
from disputes.workflows.roles import INSIDE, PARTIES, SELLER


@dataclass
class Raw:
    """Rows of one case, as they came."""

    turn: Turn
    order: Order
    seller: Seller
    buyer: Account
    rulings: list[StoredVerdict]
    clocks: list[Clock]
    offers: list[Offer]
    facts: CaseFacts
    lines: Sequence[tuple[CaseLine, OrderLine]]
    story: Sequence[tuple[Event, Message | None, str | None]]
    exhibits: Sequence[Evidence]
    decisions: list[Decision]
    outcomes: list[Outcome]
    refunds: list[Refund]
    citations: list[Citation]
    restrictions: list[Restriction]
    scopes: list[RestrictionScope]
    costs: list[Cost]
    cost_shares: list[CostShare]
    vouchers: list[Voucher]

    @property
    def verdicts(self) -> Sequence[dict[str, Any]]:
        """What the rules said at filing."""
        return next((row.verdicts for row in self.rulings if row.phase == AT_FILING), ())

    @property
    def in_force(self) -> Decision | None:
        """The decision about the order that stands."""
        return next((d for d in self.decisions if d.decided_at and not d.superseded_at and not d.beside), None)

    @property
    def state(self) -> str:
        """Where the case stands, to the reader."""
        return self.case.public_state if self.actor.role in PARTIES else self.case.state

    @property
    def case(self) -> Case:
        return self.turn.case

    @property
    def actor(self) -> Actor:
        return self.turn.actor

    @property
    def now(self) -> datetime:
        return self.turn.now


def read(turn: Turn) -> Raw:
    """Read a case for the person whose turn this is; the desk's own notes only for the desk."""
    case = turn.case
    head = _head(case, with_vouchers=turn.actor.role != SELLER)
    order, seller, buyer = head[0][:3]
    lines = db.session.execute(_lines(case)).all()
    decided = _decisions(case, inside=turn.actor.role in INSIDE)
    return Raw(
        turn=turn,
        order=order,
        seller=seller,
        buyer=buyer,
        rulings=_distinct(row[3] for row in head),
        clocks=_distinct(row[4] for row in head),
        offers=_distinct(row[5] for row in head),
        facts=case_facts(case, turn.actor, turn.received_at)[0],
        lines=list({row[0].id: (row[0], row[1]) for row in lines}.values()),
        costs=_distinct(row[2] for row in lines),
        cost_shares=_distinct(row[3] for row in lines),
        story=_story(case, with_notes=turn.actor.role in INSIDE),
        exhibits=db.session.scalars(
            select(Evidence).where(Evidence.case_id == case.id).order_by(Evidence.number)
        ).all(),
        decisions=_distinct(row[0] for row in decided),
        outcomes=_distinct(row[1] for row in decided),
        refunds=_distinct(row[2] for row in decided),
        citations=_distinct(row[3] for row in decided),
        restrictions=_distinct(row[4] for row in decided),
        scopes=_distinct(row[5] for row in decided),
        vouchers=_distinct(row[6] for row in head),
    )


def things_read(raw: Raw) -> list[tuple[str, int]]:
    """What somebody inside reads with the page of a case: the case, and each note on it."""
    notes = [message.id for _, message, _ in raw.story if message is not None and message.kind == "note"]
    return [(CASE, raw.case.id), *((NOTE, note_id) for note_id in notes)]


def _distinct(rows: Any) -> list[Any]:
    """Rows that a join repeated, once each, in the order of their ids; those that are not there left out."""
    return sorted({row.id: row for row in rows if row is not None}.values(), key=lambda row: row.id)


def _head(case: Case, *, with_vouchers: bool) -> Sequence[Any]:
    """The order with all there are few of; vouchers are between us and the buyer."""
    given = and_(Voucher.case_id == case.id, true() if with_vouchers else false())
    return db.session.execute(
        select(Order, Seller, Account, StoredVerdict, Clock, Offer, Voucher)
        .join(Seller, Seller.id == Order.seller_id)
        .join(Account, Account.id == Order.buyer_id)
        .outerjoin(StoredVerdict, StoredVerdict.case_id == case.id)
        .outerjoin(Clock, and_(Clock.case_id == case.id, Clock.closed_at.is_(None)))
        .outerjoin(Offer, and_(Offer.case_id == case.id, Offer.ended_at.is_(None)))
        .outerjoin(Voucher, given)
        .where(Order.id == case.order_id)
    ).all()


def _lines(case: Case) -> Any:
    """The lines of a case, and what it cost besides."""
    query = select(CaseLine, OrderLine, Cost, CostShare).join(OrderLine, OrderLine.id == CaseLine.line_id)
    query = query.outerjoin(Cost, Cost.case_id == CaseLine.case_id).outerjoin(CostShare, CostShare.cost_id == Cost.id)
    return query.where(CaseLine.case_id == case.id).order_by(OrderLine.id)


def _story(case: Case, *, with_notes: bool) -> Sequence[Any]:
    beside = and_(Message.case_id == Event.case_id, Message.seq == Event.seq)
    if not with_notes:
        beside = and_(beside, Message.kind != "note")
    return db.session.execute(
        select(Event, Message, Account.name)
        .outerjoin(Message, beside)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where(Event.case_id == case.id)
        .order_by(Event.seq, Message.id)
    ).all()


def _decisions(case: Case, *, inside: bool) -> Sequence[Any]:
    """Decisions with all that hangs on them; what was restricted for staff alone."""
    of_outcome = and_(Restriction.outcome_id == Outcome.id, true() if inside else false())
    return db.session.execute(
        select(Decision, Outcome, Refund, Citation, Restriction, RestrictionScope)
        .outerjoin(Outcome, Outcome.decision_id == Decision.id)
        .outerjoin(Refund, Refund.outcome_id == Outcome.id)
        .outerjoin(Citation, Citation.decision_id == Decision.id)
        .outerjoin(Restriction, of_outcome)
        .outerjoin(RestrictionScope, RestrictionScope.restriction_id == Restriction.id)
        .where(Decision.case_id == case.id, or_(Decision.superseded_at.is_(None), Decision.decided_at.is_not(None)))
    ).all()
