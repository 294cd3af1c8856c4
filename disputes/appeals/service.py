"""Appeal, let the decision stay, go outside and come back. Varying and overturning are new decisions."""

from collections.abc import Sequence

from sqlalchemy import select, update

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.facts import case_facts
from disputes.effects.words import Words, keep
from disputes.models import Appeal, Decision
from disputes.storage.attach import attach, told
from disputes.storage.store import Stored


def appeal(turn: Turn, *, ground: str, words: str, files: Sequence[Stored] = ()) -> None:
    """A side appeals against the decision in force on one of three grounds, once."""
    typed = Words.typed(words)
    exhibits = attach(
        turn.case.id, files, role=turn.actor.role, account_id=turn.actor.id or 0, kind="appeal",
        received_at=turn.received_at,
    )  # fmt: skip
    details = {"ground": ground, "words": typed.commitment, **told(exhibits, files)}
    taken = turn.take("appeal", details=details)
    decided = select(Decision.id).where(Decision.in_force(turn.case.id))
    db.session.add(
        Appeal(
            case_id=turn.case.id, decision_id=db.session.scalars(decided).one(), side=turn.actor.role,
            account_id=turn.actor.id, ground=ground, filed_at=turn.now,
        )
    )  # fmt: skip
    keep(turn.case, turn.actor, typed, kind="appeal", code=ground, seq=taken.seq, at=turn.now)
    db.session.flush()


def uphold(turn: Turn, *, words: str) -> None:
    """The decision stays, with reasons; the case goes back to where it stood."""
    typed = Words.typed(words)
    taken = turn.take(f"uphold_{_stood_in(turn)}", details={"words": typed.commitment})
    db.session.execute(
        update(Appeal)
        .where(Appeal.case_id == turn.case.id, Appeal.decided_at.is_(None))
        .values(decided_at=turn.now, decided_by=turn.actor.id, result="upheld")
    )
    keep(turn.case, turn.actor, typed, kind="appeal", seq=taken.seq, at=turn.now)


def go_outside(turn: Turn, *, body: str, words: str) -> None:
    """The case is with an outside body: which, and what was sent there."""
    typed = Words.typed(words)
    taken = turn.take("go_external", details={"body": body, "words": typed.commitment})
    keep(turn.case, turn.actor, typed, kind="external", seq=taken.seq, at=turn.now)


def come_back(turn: Turn, *, words: str) -> None:
    """The outside body has answered; the case stands where it stood, and a lead may take it up again."""
    typed = Words.typed(words)
    taken = turn.take(f"external_result_{_stood_in(turn)}", details={"words": typed.commitment})
    keep(turn.case, turn.actor, typed, kind="external", seq=taken.seq, at=turn.now)


def _stood_in(turn: Turn) -> str | None:
    return case_facts(turn.case, turn.actor, turn.received_at)[0].stood_in
