"""The history of a case: one hash chain, append-only (a trigger refuses UPDATE and DELETE)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import CaseId, Id, Json


class Event(Base):
    """One step. It holds ids, codes and amounts; what people typed lives in tables that can be erased."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    seq: Mapped[int]
    record: Mapped[str] = mapped_column(String(20), comment="the workflow: case, outcome, refund")
    record_id: Mapped[int]
    trigger: Mapped[str] = mapped_column(String(40))
    source: Mapped[str | None] = mapped_column(String(40))
    dest: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    on_behalf_of: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(comment="the shop's domain time")
    received_at: Mapped[datetime] = mapped_column(comment="when what caused it reached us")
    details: Mapped[Json]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
