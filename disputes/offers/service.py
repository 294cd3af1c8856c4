"""Offer, ask for something else, accept, decline, refuse, ask the platform in."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.measures import propose, refundable
from disputes.effects.words import Words, keep
from disputes.models import Decision, Offer, Outcome
from disputes.storage.attach import attach, told
from disputes.storage.store import Stored
from disputes.text import N_, Text
from disputes.workflows.core import Refused
from disputes.workflows.roles import BUYER, SELLER, other_side

SETTLES = {"full_refund": "settle_full", "partial_refund": "settle_partial", "cancellation": "settle_cancel"}
GONE = Text(N_("That offer no longer stands."))


def put_offer(turn: Turn, *, kind: str, amount_minor: int | None, note: str) -> None:
    """A side's new offer replaces the one it had. Refused when a part is as much as all, or nothing."""
    part = amount_minor if kind == "partial_refund" else None
    if kind == "partial_refund" and not 0 < (part or 0) < turn.case.claimed_minor:
        most = {"minor": turn.case.claimed_minor, "currency": turn.case.currency}
        raise Refused(Text(N_("A part refund is more than nothing and less than %(most)s."), {"most": most}))
    _check_left(turn, kind, part)
    words = Words.typed(note)
    side = turn.actor.role
    details = {"kind": kind, "amount_minor": part, "currency": turn.case.currency, "words": words.commitment}
    taken = turn.take("offer" if side == SELLER else "counter", details=details)
    _end(turn, side, "replaced")
    db.session.add(
        Offer(
            case_id=turn.case.id, side=side, account_id=turn.actor.id, kind=kind, amount_minor=part,
            currency=turn.case.currency, note=words.body, made_at=turn.now,
        )
    )  # fmt: skip
    keep(turn.case, turn.actor, words, kind="offer", seq=taken.seq, at=turn.now)
    db.session.flush()


def _check_left(turn: Turn, kind: str, part: int | None) -> None:
    """Nobody is offered what was sent back already: accepting it could not work."""
    left = min(refundable(turn.case.order_id), turn.case.claimed_minor)
    if kind != "cancellation" and left <= 0:
        raise Refused(Text(N_("Everything paid has already been sent back or is on its way.")))
    if (part or 0) > left:
        rest = {"minor": left, "currency": turn.case.currency}
        raise Refused(Text(N_("Only %(left)s of what was paid is left to send back."), {"left": rest}))


def refuse(turn: Turn, *, reason: str, words: str, files: Sequence[Stored] = ()) -> None:
    """The seller refuses what the buyer asks, with a reason, words and proof."""
    typed = Words.typed(words)
    exhibits = attach(
        turn.case.id, files, role=SELLER, account_id=turn.actor.id or 0, kind="refusal", received_at=turn.received_at
    )
    details = {"code": reason, "words": typed.commitment, **told(exhibits, files)}
    taken = turn.take("refuse", details=details)
    _end(turn, BUYER, "declined")
    keep(turn.case, turn.actor, typed, kind="refusal", code=reason, seq=taken.seq, at=turn.now)


def decline(turn: Turn) -> None:
    """The buyer declines the seller's offer; the seller may make another."""
    turn.take("decline_offer")
    _end(turn, SELLER, "declined")


def accept(turn: Turn) -> None:
    """Accept the other side's standing offer: a settlement, whose outcomes are ordered at once."""
    offer = standing(turn.case.id, other_side(turn.actor.role))
    if offer is None:
        raise Refused(GONE)
    settlement = _settle(turn, offer)
    details = {"decision": settlement.id, "kind": offer.kind, "amount_minor": _promised(settlement)}
    turn.take(SETTLES[offer.kind], details=details)
    _end(turn, offer.side, "accepted")
    _end(turn, turn.actor.role, "replaced")


def step_in(turn: Turn) -> None:
    """A side asks the platform to decide."""
    turn.take("step_in")


def standing(case_id: int, side: str) -> Offer | None:
    """A side's offer on the table."""
    query = select(Offer).where(Offer.case_id == case_id, Offer.side == side, Offer.ended_at.is_(None))
    return db.session.scalars(query).one_or_none()


def _end(turn: Turn, side: str, how: str) -> None:
    db.session.execute(
        update(Offer)
        .where(Offer.case_id == turn.case.id, Offer.side == side, Offer.ended_at.is_(None))
        .values(ended_at=turn.now, ended_by=how)
    )


def _promised(settlement: Decision) -> int | None:
    """What a settlement really sends back: of a whole refund that is what is still left. None: no money moves."""
    total = select(func.sum(Outcome.amount_minor)).where(Outcome.decision_id == settlement.id)
    found = db.session.scalar(total)  # PostgreSQL adds whole numbers up to a decimal
    return None if found is None else int(found)


def _settle(turn: Turn, offer: Offer) -> Decision:
    """Write the settlement and its outcomes; the step orders them."""
    case = turn.case
    settlement = Decision(
        case_id=case.id, kind=offer.kind, settled=True, amount_minor=offer.amount_minor, currency=case.currency,
        reasons="", salt="", account_id=turn.actor.id, role=turn.actor.role, drafted_at=turn.now, decided_at=turn.now,
    )  # fmt: skip
    db.session.add(settlement)
    db.session.flush()
    propose(case, settlement, now=turn.now)
    return settlement
