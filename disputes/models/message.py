"""What people wrote to each other in a case. Erasable: the history holds only a salted commitment."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import CaseId, Id, Long, one_of

KINDS = (
    "statement",
    "question",
    "answer",
    "refusal",
    "offer",
    "request",
    "late",
    "note",
    "appeal",
    "comment",
    "external",
    "reopen",
    "objection",
)

REPORT_REASONS = ("threat", "harassment", "off_platform")


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_case", "case_id", "id"),
        one_of("kind", KINDS),
        one_of("report_reason", REPORT_REASONS),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20), comment="note: staff only")
    body: Mapped[Long]
    code: Mapped[str | None] = mapped_column(String(40), comment="a refusal's reason, or the side that is asked")
    salt: Mapped[str] = mapped_column(String(32), comment="of the commitment in the history")
    seq: Mapped[int | None] = mapped_column(comment="the event it belongs to")
    at: Mapped[datetime]
    hidden: Mapped[bool] = mapped_column(default=False, comment="quarantined: only its author and the desk read it")
    reported_by: Mapped[str | None] = mapped_column(String(20), comment="the side that reported it")
    report_reason: Mapped[str | None] = mapped_column(String(20))
    reported_at: Mapped[datetime | None]
    report_ended_at: Mapped[datetime | None]
    late_by_s: Mapped[int | None] = mapped_column(comment="seconds after the limit it had to meet")
