"""A second person's yes to one exact draft. Any edit makes another draft, and voids it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import AccountId, CaseId, Code, Id, one_of

RESULTS = ("approved", "returned", "void")
OPEN = text("ended_at IS NULL")


class Approval(Base):
    __tablename__ = "approval"
    __table_args__ = (
        one_of("result", RESULTS),
        CheckConstraint("(result IS NULL) = (ended_at IS NULL)", name="ended_with_result"),
        CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="another_person"),
        Index("uq_approval_open", "case_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_approval_decision", "decision_id"),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of what is to be approved")
    why: Mapped[Code] = mapped_column(comment="the limit that asks for a second person")
    asked_by: Mapped[AccountId]
    asked_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(String(20))
