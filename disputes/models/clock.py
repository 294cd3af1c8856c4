"""Limits that run: rows, several per record."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import CaseId, Code, Codes, Id

RUNNING = text("closed_at IS NULL AND paused_at IS NULL AND due_at IS NOT NULL")
UNWARNED = text("closed_at IS NULL AND paused_at IS NULL AND warned_at IS NULL AND warn_at IS NOT NULL")
OPEN = text("closed_at IS NULL")
HELD = text("closed_at IS NULL AND held_at IS NOT NULL")


class Clock(Base):
    """One limit. It waits for a notice (no due_at), runs, is paused (remaining_s), or is closed."""

    __tablename__ = "clock"
    __table_args__ = (
        CheckConstraint("(paused_at IS NULL) = (remaining_s IS NULL)", name="paused_keeps_rest"),
        Index("ix_clock_due", "due_at", "id", sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_clock_warn", "warn_at", "id", sqlite_where=UNWARNED, postgresql_where=UNWARNED),
        Index("ix_clock_held", "held_at", "id", sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_clock_case", "case_id"),
        Index("uq_clock_open", "case_id", "name", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId] = mapped_column(comment="the root it belongs to")
    name: Mapped[Code]
    actor: Mapped[str] = mapped_column(String(20), comment="the side that must act")
    pulls: Mapped[str | None] = mapped_column(String(40), comment="step it takes when it runs out; NULL: none")
    standing: Mapped[str] = mapped_column(String(20), comment="where the limit comes from")
    clauses: Mapped[Codes] = mapped_column(comment="clause ids of the limit")
    opened_seq: Mapped[int] = mapped_column(comment="the event that opened it; its notice names the same one")
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(comment="NULL: waits until its notice was handed to the mailer")
    warn_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    remaining_s: Mapped[int | None] = mapped_column(comment="seconds left when it was paused")
    held_at: Mapped[datetime | None] = mapped_column(comment="it ran out while we were away: a lead says what follows")
    closed_at: Mapped[datetime | None]
    fired_seq: Mapped[int | None] = mapped_column(comment="the event it caused, if it ran out")
