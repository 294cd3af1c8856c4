"""Who read what: cases as staff see them, notes, evidence files."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import AccountId, CaseId, Code, Id


class Reading(Base):
    """One person read one thing. Written by Core inserts only, never changed. Times are real."""

    __tablename__ = "reading"
    __table_args__ = (
        # Reloading a page is not reading it again: one row for each span of time, whoever writes it twice.
        UniqueConstraint("account_id", "what", "object_id", "span"),
        Index("ix_reading_case", "case_id", "id"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    account_id: Mapped[AccountId]
    role: Mapped[Code]
    what: Mapped[Code]
    case_id: Mapped[CaseId]
    object_id: Mapped[int] = mapped_column(comment="the row that was read, e.g. of evidence")
    span: Mapped[int] = mapped_column(BigInteger, comment="which five minutes since 1970")
