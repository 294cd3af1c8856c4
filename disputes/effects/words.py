"""What people typed: kept in a table that can be erased, committed to in the history that cannot."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from disputes.db import db
from disputes.models import Case, Message

from .chain import commitment
from .unit import Actor


@dataclass(frozen=True)
class Words:
    """A typed text on its way into a case."""

    body: str
    salt: str

    @classmethod
    def typed(cls, body: str) -> "Words":
        return cls(body.replace("\0", "").strip(), secrets.token_hex(16))  # PostgreSQL keeps no NUL

    @property
    def commitment(self) -> str:
        """For the event's details; empty for a text that is not kept."""
        return commitment(self.salt, self.body) if self.body else ""


def keep(
    case: Case, actor: Actor, words: Words, *, kind: str, seq: int | None, at: datetime,
    code: str | None = None, late_by_s: int | None = None,
) -> None:  # fmt: skip
    """Write the text beside the event it belongs to. An empty one is not kept."""
    if words.body:
        db.session.add(
            Message(
                case_id=case.id, author_id=actor.id, role=actor.role, kind=kind, body=words.body, code=code,
                salt=words.salt, seq=seq, at=at, late_by_s=late_by_s,
            )
        )  # fmt: skip
        db.session.flush()
