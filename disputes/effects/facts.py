"""The picture a table's guards look at: one statement, taken under the case's lock."""

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, false, func, select
from sqlalchemy.orm import aliased

from disputes.db import db
from disputes.models import (
    Allocation,
    Capture,
    Case,
    Clock,
    Decision,
    Event,
    Grant,
    Message,
    Offer,
    Outcome,
    Referral,
    Refund,
)
from disputes.moment import real_now
from disputes.workflows.case import CASE
from disputes.workflows.case_facts import MOVES, CaseFacts
from disputes.workflows.outcome import RESTRICT, OutcomeFacts
from disputes.workflows.referral import STANDS
from disputes.workflows.refund import ENDED
from disputes.workflows.roles import BUYER, CLOCK, PARTIES, SELLER

from . import decided, restricted, second
from .frozen import open_freeze
from .unit import Actor

SETTLED_STATES = ("proposed", "done")  # a draft's outcomes are only planned
ANSWERS = tuple(trigger for trigger, side in MOVES.items() if side == SELLER)


def case_facts(case: Case, actor: Actor, received_at: Any) -> tuple[CaseFacts, bool, int]:
    """The facts of a case for `actor`; whether the actor's right still stands; how many limits ran out before."""
    row = db.session.execute(_statement(actor.role), _asked(case, actor, received_at)).one()
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
        referred=row.referred,
        other_wrote=row.other_wrote,
        **decided.facts(case, row, received_at),
        drafted_by=row.drafted_by,
        second_why=second.why(case, row),
        second_asked_by=row.second_asked_by,
        draft_over=row.draft_over,
        frozen=row.frozen,
        muted=bool(row.muted),
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


def _asked(case: Case, actor: Actor, received_at: Any) -> dict[str, Any]:
    """The values of the statement's parameters."""
    columns = ("id", "shop_id", "seller_id", "buyer_id", "order_id", "head_seq")
    values = {f"case_{name}": getattr(case, name) for name in columns}
    values |= {"actor_id": actor.id or 0, "received_at": received_at}
    return values | decided.asked(case) | second.asked(received_at)


class _Asked:
    """A case or an actor not known yet: each attribute that is not given is a parameter of the statement."""

    def __init__(self, what: str, **given: str) -> None:
        self._what = what
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> Any:
        return bindparam(f"{self._what}_{name}")


@cache
def _statement(role: str) -> Select[Any]:
    """Put together once for each role: doing so takes longer than the database needs to answer it."""
    return _picture(_Asked("case"), _Asked("actor", role=role), bindparam("received_at"))


def _picture(case: Any, actor: Any, received_at: Any) -> Select[Any]:
    of_offer, of_clock, of_message = (table.case_id == case.id for table in (Offer, Clock, Message))
    stands = and_(of_offer, Offer.ended_at.is_(None))
    mine = Grant.account_id == actor.id
    last = aliased(Event)
    running = and_(of_clock, Clock.closed_at.is_(None), Clock.paused_at.is_(None))

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
        select(func.count())
        .where(Outcome.case_id == case.id, Outcome.state.not_in(SETTLED_STATES), Outcome.kind != RESTRICT)
        .scalar_subquery().label("measures_open"),
        select(last.source)
        .join(Clock, and_(Clock.case_id == last.case_id, Clock.fired_seq == last.seq))
        .where(last.case_id == case.id, last.seq == _last_seq(case), last.role == CLOCK)
        .where(Clock.due_at >= received_at, Clock.actor == actor.role).scalar_subquery().label("silenced_in"),
        select(func.coalesce(func.sum(Capture.left()), 0))
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .where(Allocation.order_id == case.order_id).scalar_subquery().label("refundable"),
        exists().where(running, Clock.held_at.is_not(None)).label("held"),
        exists().where(of_message, Message.reported_at.is_not(None), Message.report_ended_at.is_(None))
        .label("reported"),
        exists().where(Allocation.order_id == case.order_id, *open_freeze(Allocation.payment_id)).label("frozen"),
        exists().where(Referral.case_id == case.id, Referral.state.in_(STANDS)).label("referred"),
        exists().where(of_message, Message.role.in_(PARTIES), Message.role != actor.role)
        .where(~Message.hidden, Message.kind != "note").label("other_wrote"),
        *decided.picture(case),
        *second.picture(case, actor),
        *restricted.in_draft(case, received_at),
        (restricted.muted(case, actor.role, received_at) if actor.role in PARTIES else false()).label("muted"),
        exists().where(mine, Grant.seller_id == case.seller_id).label("member"),
        exists().where(staff, Grant.role == actor.role).label("staff"),
        select(func.count()).select_from(Clock).where(running, Clock.due_at < received_at, Clock.held_at.is_(None))
        .scalar_subquery().label("overdue"),
    )  # fmt: skip


def _last_seq(case: Case) -> Any:
    """SQL for the last event that a party's answer may stand behind: a referral is none."""
    beneath = (Event.case_id == case.id, Event.trigger.not_in(CASE.covering))
    return select(func.max(Event.seq)).where(*beneath).scalar_subquery()


def outcome_facts(outcome: Outcome) -> OutcomeFacts:
    """Of which kind an outcome is, and how much of its money has not arrived."""
    waiting = select(func.count()).where(Refund.outcome_id == outcome.id, Refund.state.not_in(ENDED))
    return OutcomeFacts(kind=outcome.kind, parts_open=db.session.scalar(waiting) or 0)
