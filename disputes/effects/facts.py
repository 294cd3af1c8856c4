"""The picture a table's guards look at: one statement, taken under the case's lock."""

from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from disputes.db import db
from disputes.models import Allocation, Capture, Case, Clock, Decision, Event, Grant, Message, Offer, Outcome, Refund
from disputes.moment import real_now
from disputes.workflows.case_facts import MOVES, CaseFacts
from disputes.workflows.outcome import OutcomeFacts
from disputes.workflows.roles import BUYER, CLOCK, PARTIES, SELLER

from . import decided, second
from .unit import Actor

SETTLED_STATES = ("proposed", "done")  # a draft's outcomes are only planned
ANSWERS = tuple(trigger for trigger, side in MOVES.items() if side == SELLER)


def case_facts(case: Case, actor: Actor, received_at: Any) -> tuple[CaseFacts, bool, int]:
    """The facts of a case for `actor`; whether the actor's right still stands; how many limits ran out before."""
    row = db.session.execute(_picture(case, actor, received_at)).one()
    question = row.question.split(":") if row.question else (None, None)
    held = case.claimed_until is not None and case.claimed_until > real_now()
    facts = CaseFacts(
        actor_id=actor.id,
        conflicted=actor.role not in PARTIES and (actor.id == case.buyer_id or row.member),
        buyer_asks=row.buyer_asks,
        seller_offers=row.seller_offers,
        last_move=row.last_move,
        seller_answered=row.seller_answered,
        seller_due=row.seller_due,
        seller_has_limit=row.seller_has_limit,
        question_to=(SELLER if question[1] == BUYER else BUYER) if question[0] == "question" else None,
        asked_side=row.asked_side,
        draft=row.draft,
        held=row.held,
        reported=row.reported,
        other_wrote=row.other_wrote,
        **decided.facts(case, row, received_at),
        drafted_by=row.drafted_by,
        second_why=second.why(case, row),
        second_asked_by=row.second_asked_by,
        held_by=case.assignee_id if held else None,
        held_until=case.claimed_until if held else None,
        measures_open=row.measures_open,
        dropped_from=case.dropped_from,
        silenced_in=row.silenced_in,
        refundable_minor=min(row.refundable, case.claimed_minor),  # of a gift nothing comes back
    )
    return facts, _entitled(case, actor, row), row.overdue


def last_move(case_id: Any) -> Any:
    """SQL for the last of the steps that put the next word to the other side."""
    moves = select(Event.trigger).where(Event.case_id == case_id, Event.trigger.in_(MOVES))
    return moves.order_by(Event.seq.desc()).limit(1).scalar_subquery()


def asked_side(case_id: Any) -> Any:
    """SQL for the side the platform asked last."""
    asked = select(Message.code).where(Message.case_id == case_id, Message.kind == "request")
    return asked.order_by(Message.id.desc()).limit(1).scalar_subquery()


def _entitled(case: Case, actor: Actor, row: Any) -> bool:
    if actor.id is None:
        return True
    if actor.role == BUYER:
        return actor.id == case.buyer_id
    return bool(row.member if actor.role == SELLER else row.staff)


def _picture(case: Case, actor: Actor, received_at: Any) -> Select[Any]:
    of_offer, of_clock, of_message = (table.case_id == case.id for table in (Offer, Clock, Message))
    stands = and_(of_offer, Offer.ended_at.is_(None))
    mine = Grant.account_id == (actor.id or 0)
    last = aliased(Event)
    running = and_(of_clock, Clock.closed_at.is_(None), Clock.paused_at.is_(None))

    free = Capture.captured_minor - Capture.refund_reserved_minor - Capture.refunded_minor
    staff = and_(mine, Grant.shop_id == case.shop_id, Grant.seller_id.is_(None))

    def standing(side: str) -> Any:
        return select(Offer.kind).where(stands, Offer.side == side).scalar_subquery()

    return select(
        standing(BUYER).label("buyer_asks"),
        standing(SELLER).label("seller_offers"),
        last_move(case.id).label("last_move"),
        exists().where(Event.case_id == case.id, Event.trigger.in_(ANSWERS)).label("seller_answered"),
        select(Clock.due_at).where(running, Clock.name == "seller_response").scalar_subquery().label("seller_due"),
        exists().where(of_clock, Clock.name == "seller_response").label("seller_has_limit"),
        select(Message.kind + ":" + Message.role)
        .where(of_message, Message.kind.in_(("question", "answer")), Message.role.in_(PARTIES))
        .order_by(Message.id.desc()).limit(1).scalar_subquery().label("question"),
        asked_side(case.id).label("asked_side"),
        second.of_draft(case, Decision.kind).label("draft"),
        select(func.count()).where(Outcome.case_id == case.id, Outcome.state.not_in(SETTLED_STATES))
        .scalar_subquery().label("measures_open"),
        select(last.source)
        .join(Clock, and_(Clock.case_id == last.case_id, Clock.fired_seq == last.seq))
        .where(last.case_id == case.id, last.seq == case.head_seq, last.role == CLOCK)
        .where(Clock.due_at >= received_at, Clock.actor == actor.role).scalar_subquery().label("silenced_in"),
        select(func.coalesce(func.sum(free), 0))
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .where(Allocation.order_id == case.order_id).scalar_subquery().label("refundable"),
        exists().where(running, Clock.held_at.is_not(None)).label("held"),
        exists().where(of_message, Message.reported_at.is_not(None), Message.report_ended_at.is_(None))
        .label("reported"),
        exists().where(of_message, Message.role.in_(PARTIES), Message.role != actor.role)
        .where(~Message.hidden, Message.kind != "note").label("other_wrote"),
        *decided.picture(case),
        *second.picture(case, received_at),
        exists().where(mine, Grant.seller_id == case.seller_id).label("member"),
        exists().where(staff, Grant.role == actor.role).label("staff"),
        select(func.count()).select_from(Clock).where(running, Clock.due_at < received_at, Clock.held_at.is_(None))
        .scalar_subquery().label("overdue"),
    )  # fmt: skip


def outcome_facts(outcome: Outcome) -> OutcomeFacts:
    """Of which kind an outcome is, and how much of its money has not arrived."""
    waiting = select(func.count()).where(Refund.outcome_id == outcome.id, Refund.state != "arrived")
    return OutcomeFacts(kind=outcome.kind, parts_open=db.session.scalar(waiting) or 0)
