"""Appeals: one side against one decision, decided by somebody who had no part in it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import AccountId, CaseId, Id, one_of

GROUNDS = ("new_evidence", "rule_misapplied", "unfair_process")
RESULTS = ("upheld", "varied", "overturned")
OPEN = text("decided_at IS NULL")


class Appeal(Base):
    __tablename__ = "appeal"
    __table_args__ = (
        one_of("ground", GROUNDS),
        one_of("result", RESULTS),
        CheckConstraint("(result IS NULL) = (decided_at IS NULL)", name="decided_with_result"),
        UniqueConstraint("decision_id", "side"),
        Index("uq_appeal_open", "case_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), comment="the decision it is against")
    side: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[AccountId]
    ground: Mapped[str] = mapped_column(String(20))
    filed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    result: Mapped[str | None] = mapped_column(String(20))
