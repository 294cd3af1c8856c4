"""What the shop's rules said at filing and at decision, kept with the version they were read from."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import CaseId, Id


class StoredVerdict(Base):
    __tablename__ = "verdict"
    __table_args__ = (Index("uq_verdict_case", "case_id", "phase", unique=True),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    phase: Mapped[str] = mapped_column(String(20), comment="filing, or decision: and its id")
    verdicts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, comment="as the evaluator gave them")
    pack_version: Mapped[str | None] = mapped_column(String(20))
    facts_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
