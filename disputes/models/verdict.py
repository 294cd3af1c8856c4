"""What the shop's rules said at filing and at decision, kept with the version they were read from."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import CaseId, Code, Id, Json


class StoredVerdict(Base):
    __tablename__ = "verdict"
    __table_args__ = (Index("ix_verdict_case", "case_id", "phase", "name"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    phase: Mapped[str] = mapped_column(String(20), comment="filing or decision")
    name: Mapped[Code]
    result: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[Json] = mapped_column(comment="as the evaluator gave it")
    pack_version: Mapped[str] = mapped_column(String(20))
    facts_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
