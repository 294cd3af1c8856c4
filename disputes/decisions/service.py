"""Draft a decision with its reasons, then take it. Amounts are read from the draft, never from the last form."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select, update

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.facts import case_facts
from disputes.effects.measures import given, propose, refundable
from disputes.effects.second import digest as digest_of
from disputes.effects.words import Words, keep
from disputes.models import Appeal, Approval, Citation, Decision, Evidence, Outcome
from disputes.steps import Refused
from disputes.text import N_, Text
from disputes.verdicts import judge_again, store
from disputes.workflows.roles import LEAD

TAKES = {
    "full_refund": "decide_full",
    "partial_refund": "decide_partial",
    "cancellation": "decide_cancel",
    "no_remedy": "decide_none",
}
CHANGED = Text(N_("The draft was changed after you read it. Read it again, then decide."))
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
    words = Words.typed(drafted.reasons)
    details = {"kind": drafted.kind, "amount_minor": drafted.amount_minor, "words": words.commitment}
    turn.take("draft", details=details)
    _retire_drafts(turn)
    decision = Decision(
        case_id=turn.case.id, kind=drafted.kind, amount_minor=drafted.amount_minor, currency=turn.case.currency,
        reasons=words.body, salt=words.salt, account_id=turn.actor.id, role=turn.actor.role, drafted_at=turn.now,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    _cite(turn.case.id, decision, drafted)
    propose(turn.case, decision, now=turn.now)
    decision.digest = _digest(decision)
    db.session.flush()
    store(turn.case, "decision", judge_again(turn.case), turn.now)
    return decision


def ask_second(turn: Turn) -> None:
    """Ask a second person for the draft exactly as it stands."""
    decision = drafted(turn.case.id)
    if decision is None:
        raise Refused(NO_DRAFT)
    facts, _, _ = case_facts(turn.case, turn.actor, turn.received_at)
    turn.take("ask_second", details={"decision": decision.id, "digest": decision.digest})
    db.session.add(
        Approval(
            case_id=turn.case.id, decision_id=decision.id, digest=decision.digest, why=facts.second_why,
            asked_by=turn.actor.id, asked_at=turn.now,
        )
    )  # fmt: skip
    db.session.flush()


def send_back(turn: Turn, *, words: str) -> None:
    """A lead does not approve, and says why; the draft stays, and can be changed."""
    typed = Words.typed(words)
    taken = turn.take("return_draft", details={"words": typed.commitment})
    _end_approval(turn, "returned")
    keep(turn.case, turn.actor, typed, kind="note", seq=taken.seq, at=turn.now)


def decide(turn: Turn, *, digest: str) -> Decision:
    """Take the decision as drafted: it stands from now on, and its outcomes are ordered.

    `digest` is of the draft the person read: Refused when it is another by now, whoever asks."""
    decision, before = _draft_and_standing(turn.case.id)
    if decision is None:
        raise Refused(NO_DRAFT)
    if decision.digest != digest:
        raise Refused(CHANGED)
    if before is not None:
        _supersede(turn, before, decision)
    decision.decided_at = turn.now
    if turn.actor.role != LEAD:
        decision.account_id, decision.role = turn.actor.id or 0, turn.actor.role
    words = Words(decision.reasons, decision.salt)
    details = {"decision": decision.id, "kind": decision.kind, "amount_minor": decision.amount_minor}
    turn.take(TAKES[decision.kind], details={**details, "words": words.commitment, "digest": digest})
    if turn.actor.role == LEAD:
        _sign(turn, decision)
    return decision


def _draft_and_standing(case_id: int) -> tuple[Decision | None, Decision | None]:
    """The saved draft, and the decision in force that it would take the place of."""
    query = select(Decision).where(Decision.case_id == case_id, Decision.superseded_at.is_(None))
    found = db.session.scalars(query.execution_options(populate_existing=True)).all()
    draft = next((d for d in found if d.decided_at is None), None)
    return draft, next((d for d in found if d.decided_at is not None), None)


def _supersede(turn: Turn, before: Decision, after: Decision) -> None:
    """An appeal or a reopening makes a new decision, never an edit; what was open against the old one is answered."""
    before.superseded_at = turn.now
    result = "varied" if before.kind == after.kind else "overturned"
    open_appeal = and_(Appeal.case_id == turn.case.id, Appeal.decided_at.is_(None))
    answer = {"decided_at": turn.now, "decided_by": turn.actor.id, "result": result}
    db.session.execute(update(Appeal).where(open_appeal).values(**answer))
    db.session.flush()


def propose_draft(turn: Turn) -> None:
    """Show both sides the draft, and give them time to reply."""
    turn.take("propose")


def reopen(turn: Turn, *, words: str) -> None:
    """A lead takes a case up again, and says why; the decision in force stands until another takes its place."""
    typed = Words.typed(words)
    taken = turn.take("reopen", details={"words": typed.commitment})
    keep(turn.case, turn.actor, typed, kind="reopen", seq=taken.seq, at=turn.now)


def _sign(turn: Turn, decision: Decision) -> None:
    """A lead's yes to another's draft stands beside its author's name; a lead's own decision is the lead's alone."""
    if _end_approval(turn, "approved"):
        decision.second_id = turn.actor.id
    else:
        decision.account_id, decision.role = turn.actor.id or 0, turn.actor.role
    db.session.flush()


def _end_approval(turn: Turn, result: str) -> bool:
    """End what a second person was asked; False when nobody was."""
    ended = db.session.execute(
        update(Approval)
        .where(Approval.case_id == turn.case.id, Approval.ended_at.is_(None))
        .values(ended_at=turn.now, result=result, approved_by=turn.actor.id if result == "approved" else None)
        .returning(Approval.id)
    )
    return ended.first() is not None


def _digest(decision: Decision) -> str:
    """Everything an approval binds: what, how much, to whom, why, and what it rests on."""
    cited = db.session.execute(
        select(Citation.evidence_id, Citation.clause).where(Citation.decision_id == decision.id).order_by(Citation.id)
    )
    outcomes = db.session.execute(
        select(Outcome.kind, Outcome.target, Outcome.amount_minor, Outcome.currency)
        .where(Outcome.decision_id == decision.id)
        .order_by(Outcome.id)
    )
    return digest_of(
        {
            "case": decision.case_id, "kind": decision.kind, "amount": decision.amount_minor,
            "currency": decision.currency, "reasons": Words(decision.reasons, decision.salt).commitment,
            "cites": [list(row) for row in cited], "outcomes": [list(row) for row in outcomes],
        }
    )  # fmt: skip


def drafted(case_id: int) -> Decision | None:
    """The saved draft of a case."""
    query = select(Decision).where(Decision.drafted(case_id))
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _check_amount(turn: Turn, drafted: Drafted) -> None:
    if drafted.kind != "partial_refund":
        return
    left = refundable(turn.case.order_id) + given(turn.case.id)[0]
    claimed = turn.case.claimed_minor
    amount = drafted.amount_minor or 0
    most = {"minor": min(left, claimed), "currency": turn.case.currency}
    if not 0 < amount < claimed:
        raise Refused(Text(N_("A part refund is more than nothing and less than %(most)s."), {"most": most}))
    if amount > left:
        raise Refused(Text(N_("Only %(left)s of what was paid is left to send back."), {"left": most}))


def _retire_drafts(turn: Turn) -> None:
    """An earlier draft is kept, without effect; whoever was asked to approve it is not asked any more."""
    db.session.execute(update(Decision).where(Decision.drafted(turn.case.id)).values(superseded_at=turn.now))
    _end_approval(turn, "void")


def _cite(case_id: int, decision: Decision, drafted: Drafted) -> None:
    query = select(Evidence.id).where(Evidence.case_id == case_id, Evidence.number.in_(drafted.exhibits))
    for evidence_id in db.session.scalars(query):
        db.session.add(Citation(decision_id=decision.id, evidence_id=evidence_id))
    db.session.add_all(Citation(decision_id=decision.id, clause=clause) for clause in drafted.clauses)
    db.session.flush()
