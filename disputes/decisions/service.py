"""Draft a decision with its reasons, then take it. Amounts are read from the draft, never from the last form."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.facts import case_facts
from disputes.effects.measures import given, propose, refundable
from disputes.effects.second import digest as digest_of
from disputes.effects.second import hold
from disputes.effects.words import Words, keep
from disputes.models import Approval, Case, Citation, Decision, Evidence, Outcome
from disputes.policies.repay import Asked
from disputes.steps import Refused
from disputes.text import N_, Text
from disputes.verdicts import at_decision, forget, judge_again, store
from disputes.workflows.case import DECIDED, RESTRICTED
from disputes.workflows.roles import LEAD

from .bearing import check_bearing
from .restricting import Restricts, bound, check, plan
from .standing import draft_and_standing, refuse_if_shut, supersede

TAKES = {
    RESTRICTED: "decide_restrict",
    "full_refund": "decide_full",
    "partial_refund": "decide_partial",
    "cancellation": "decide_cancel",
    "no_remedy": "decide_none",
}
NOT_ALONE = Text(N_("An appeal asks about the order: decide about that, and restrict an account with it if you must."))
ONLY_MORE = Text(N_("On top of a decision you can send back the rest, or restrict an account."))
CHANGED = Text(N_("The draft was changed after you read it. Read it again, then decide."))
NOT_CLAIMED = Text(N_("More would come back for an item than was paid for what is claimed of it."))
NO_DRAFT = Text(N_("There is no draft to decide by. Write one first."))


@dataclass(frozen=True)
class Drafted:
    """What a reviewer wrote: exhibits by their numbers, clauses by their ids."""

    kind: str
    amount_minor: int | None
    reasons: str
    exhibits: Sequence[int]
    clauses: Sequence[str]
    cancel: bool = False  # the order is cancelled besides
    restricts: Sequence[Restricts] = ()
    asked: Asked | None = None  # how a part refund is made up, if not of one sum
    platform_minor: int = 0  # so much of the refund the platform bears
    fraud: bool = False  # proven: what went back before is taken from the buyer again


def draft(turn: Turn, drafted: Drafted) -> Decision:
    """Save a draft in place of the one before; nothing is decided yet. Refused when there is not that much money."""
    _check_amount(turn, drafted)
    check(drafted.kind, drafted.restricts, turn.now)
    words = Words.typed(drafted.reasons)
    details = {"kind": drafted.kind, "amount_minor": drafted.amount_minor, "words": words.commitment}
    on_top = turn.case.state in DECIDED
    if on_top and drafted.kind not in on_top_of(turn.case.state):
        raise Refused(ONLY_MORE)
    if turn.case.state == "appealed" and drafted.kind == RESTRICTED:
        raise Refused(NOT_ALONE)
    turn.take("draft_on_top" if on_top else "draft", details=details)
    _retire_drafts(turn)
    decision = Decision(
        case_id=turn.case.id, kind=drafted.kind, amount_minor=drafted.amount_minor, currency=turn.case.currency,
        reasons=words.body, salt=words.salt, account_id=turn.actor.id, role=turn.actor.role, drafted_at=turn.now,
        platform_minor=drafted.platform_minor, fraud=drafted.fraud,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    _cite(turn.case.id, decision, drafted)
    try:
        propose(turn.case, decision, now=turn.now, cancel=drafted.cancel, asked=drafted.asked)
    except ValueError:
        raise Refused(NOT_CLAIMED) from None
    check_bearing(decision, drafted.exhibits)
    plan(turn, decision, drafted.restricts)
    decision.digest = _digest(decision)
    db.session.flush()
    store(turn.case, at_decision(decision.id), judge_again(turn.case), turn.now)
    return decision


def on_top_of(state: str) -> tuple[str, ...]:
    """What may be decided on top of a decision in force, which stands: more money, or a restriction."""
    return ("full_refund", RESTRICTED) if state == "partial_refund" else (RESTRICTED,)


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
    decision, before = draft_and_standing(turn.case.id)
    if decision is None:
        raise Refused(NO_DRAFT)
    if decision.digest != digest or (turn.actor.role == LEAD and _digest(decision) != digest):
        raise Refused(CHANGED)  # what a lead approves is what the rows say now, not what they said when it was written
    trigger = _trigger(turn.case, decision)
    hold(turn.case, turn.shop, decision.account_id, turn.actor.id)
    if before is not None:
        refuse_if_shut(turn, trigger)
    decision.beside = before is not None and decision.kind == RESTRICTED
    if before is not None and not decision.beside:
        supersede(turn, before, decision, follow=trigger in TAKES.values())
    decision.decided_at = turn.now
    if turn.actor.role != LEAD:
        decision.account_id, decision.role = turn.actor.id or 0, turn.actor.role
    words = Words(decision.reasons, decision.salt)
    details = {"decision": decision.id, "kind": decision.kind, "amount_minor": decision.amount_minor}
    turn.take(trigger, details={**details, "words": words.commitment, "digest": digest})
    if turn.actor.role == LEAD:
        _sign(turn, decision)
    return decision


def _trigger(case: Case, decision: Decision) -> str:
    """The step that takes a draft: anew, or on top of what was decided."""
    if case.state not in DECIDED:
        return TAKES[decision.kind]
    return "restrict" if decision.kind == RESTRICTED else "top_up"


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
            "repayment": decision.repayment, "platform": decision.platform_minor, "restricts": bound(decision),
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
    old = update(Decision).where(Decision.drafted(turn.case.id)).values(superseded_at=turn.now).returning(Decision.id)
    if ids := db.session.scalars(old).all():
        forget(turn.case, ids)
    _end_approval(turn, "void")


def _cite(case_id: int, decision: Decision, drafted: Drafted) -> None:
    query = select(Evidence.id).where(Evidence.case_id == case_id, Evidence.number.in_(drafted.exhibits))
    for evidence_id in db.session.scalars(query):
        db.session.add(Citation(decision_id=decision.id, evidence_id=evidence_id))
    db.session.add_all(Citation(decision_id=decision.id, clause=clause) for clause in drafted.clauses)
    db.session.flush()
