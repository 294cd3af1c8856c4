"""What stood before a new decision: it gives way, and what came with it follows."""

from sqlalchemy import and_, select, update

from disputes.auth.access import Turn
from disputes.db import db, insert_rows
from disputes.effects.facts import case_facts
from disputes.models import Appeal, Decision, Outbox, Outcome, Restriction
from disputes.outbox import put
from disputes.workflows.case import CASE
from disputes.workflows.core import View
from disputes.workflows.restriction import RESTRICTION

OVER = tuple(state.name for state in RESTRICTION.states if not state.open)


def draft_and_standing(case_id: int) -> tuple[Decision | None, Decision | None]:
    """The saved draft, and the decision in force that it would take the place of."""
    query = select(Decision).where(Decision.case_id == case_id, Decision.superseded_at.is_(None))
    found = db.session.scalars(query.execution_options(populate_existing=True)).all()
    draft = next((d for d in found if d.decided_at is None), None)
    return draft, next((d for d in found if d.decided_at is not None and not d.beside), None)


def refuse_if_shut(turn: Turn, trigger: str) -> None:
    """Ask the table while the decision before still stands: whoever took it must not take the place of it."""
    facts, _, _ = case_facts(turn.case, turn.actor, turn.received_at)
    CASE.fire(trigger, turn.case.state, View(turn.actor.role, facts))


def supersede(turn: Turn, before: Decision, after: Decision, *, follow: bool) -> None:
    """An appeal or a reopening makes a new decision, never an edit; what was open against the old one is answered.

    `follow`: restrictions go with the decisions they came from. They stay when only money comes on top."""
    before.superseded_at = turn.now
    if follow:
        _lift_restrictions(turn)
    result = "varied" if before.kind == after.kind else "overturned"
    open_appeal = and_(Appeal.case_id == turn.case.id, Appeal.decided_at.is_(None))
    answer = {"decided_at": turn.now, "decided_by": turn.actor.id, "result": result}
    db.session.execute(update(Appeal).where(open_appeal).values(**answer))
    db.session.flush()


def _lift_restrictions(turn: Turn) -> None:
    """Money and restrictions follow: what earlier decisions of the case restricted is lifted by the worker.

    An account is never locked under a case's lock."""
    beside = (Decision.case_id == turn.case.id, Decision.beside, Decision.superseded_at.is_(None))
    db.session.execute(update(Decision).where(*beside).values(superseded_at=turn.now))
    stands = (Restriction.case_id == turn.case.id, Restriction.outcome_id == Outcome.id, Outcome.state != "proposed")
    ids = db.session.scalars(select(Restriction.id).where(*stands, Restriction.state.not_in(OVER)))
    rows = [put.row("lift", f"lift-{i}-{turn.case.head_seq}", {"restriction": i}, case_id=turn.case.id) for i in ids]
    insert_rows(Outbox, rows)
