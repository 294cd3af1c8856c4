"""Draft a decision with its reasons, then take it. Amounts are read from the draft, never from the last form."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.measures import propose, refundable
from disputes.effects.words import Words
from disputes.models import Citation, Decision, Evidence, Outcome
from disputes.steps import Refused
from disputes.text import N_, Text
from disputes.verdicts import judge_again, store

TAKES = {
    "full_refund": "decide_full",
    "partial_refund": "decide_partial",
    "cancellation": "decide_cancel",
    "no_remedy": "decide_none",
}
NO_DRAFT = Text(N_("There is no draft to decide by. Write one first."))


@dataclass(frozen=True)
class Drafted:
    """What a reviewer wrote: exhibits by their numbers, clauses by their ids."""

    kind: str
    amount_minor: int | None
    reasons: str
    exhibits: Sequence[int]
    clauses: Sequence[str]


def draft(turn: Turn, drafted: Drafted) -> Decision:
    """Save a draft in place of the one before; nothing is decided yet. Refused when there is not that much money."""
    _check_amount(turn, drafted)
    turn.take("draft", details={"kind": drafted.kind, "amount_minor": drafted.amount_minor})
    _remove_drafts(turn.case.id)
    words = Words.typed(drafted.reasons)
    decision = Decision(
        case_id=turn.case.id, kind=drafted.kind, amount_minor=drafted.amount_minor, currency=turn.case.currency,
        reasons=words.body, salt=words.salt, account_id=turn.actor.id, role=turn.actor.role, drafted_at=turn.now,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    _cite(turn.case.id, decision, drafted)
    store(turn.case, "decision", judge_again(turn.case), turn.now)
    propose(turn.case, decision, now=turn.now)
    return decision


def decide(turn: Turn) -> Decision:
    """Take the decision as drafted: it stands from now on, and its outcomes are ordered."""
    decision = drafted(turn.case.id)
    if decision is None:
        raise Refused(NO_DRAFT)
    decision.decided_at, decision.account_id, decision.role = turn.now, turn.actor.id or 0, turn.actor.role
    words = Words(decision.reasons, decision.salt)
    details = {"decision": decision.id, "kind": decision.kind, "amount_minor": decision.amount_minor}
    turn.take(TAKES[decision.kind], details={**details, "words": words.commitment})
    return decision


def drafted(case_id: int) -> Decision | None:
    """The saved draft of a case."""
    query = select(Decision).where(
        Decision.case_id == case_id, Decision.decided_at.is_(None), Decision.superseded_at.is_(None)
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _check_amount(turn: Turn, drafted: Drafted) -> None:
    if drafted.kind != "partial_refund":
        return
    left, claimed = refundable(turn.case.order_id), turn.case.claimed_minor
    amount = drafted.amount_minor or 0
    most = {"minor": min(left, claimed), "currency": turn.case.currency}
    if not 0 < amount < claimed:
        raise Refused(Text(N_("A part refund is more than nothing and less than %(most)s."), {"most": most}))
    if amount > left:
        raise Refused(Text(N_("Only %(left)s of what was paid is left to send back."), {"left": most}))


def _remove_drafts(case_id: int) -> None:
    old = select(Decision.id).where(
        Decision.case_id == case_id, Decision.decided_at.is_(None), Decision.superseded_at.is_(None)
    )
    for table in (Citation, Outcome):
        db.session.execute(delete(table).where(table.decision_id.in_(old)))
    db.session.execute(delete(Decision).where(Decision.id.in_(old)))


def _cite(case_id: int, decision: Decision, drafted: Drafted) -> None:
    query = select(Evidence.id).where(Evidence.case_id == case_id, Evidence.number.in_(drafted.exhibits))
    for evidence_id in db.session.scalars(query):
        db.session.add(Citation(decision_id=decision.id, evidence_id=evidence_id))
    db.session.add_all(Citation(decision_id=decision.id, clause=clause) for clause in drafted.clauses)
    db.session.flush()
