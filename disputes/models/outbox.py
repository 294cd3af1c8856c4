"""What must happen outside, and the log of what was sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import Code, Id, Json, Long, Short

PENDING = text("done_at IS NULL AND stuck_at IS NULL")


class Outbox(Base):
    """One thing to do, written with its cause. Payloads hold ids, not text. Times here are real, not a shop's."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_pending", "run_at", "id", sqlite_where=PENDING, postgresql_where=PENDING),)

    id: Mapped[Id]
    kind: Mapped[Code]
    key: Mapped[str] = mapped_column(String(120), unique=True, comment="once only, whoever writes it twice")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    payload: Mapped[Json]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32), comment="a worker that lost its lease cannot finish")
    last_error: Mapped[str | None] = mapped_column(String(200))
    done_at: Mapped[datetime | None]
    stuck_at: Mapped[datetime | None] = mapped_column(comment="given up; a person must look")


class SentMail(Base):
    """The send log: what was handed to the mailer, when, to whom."""

    __tablename__ = "sent_mail"

    id: Mapped[Id]
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    topic: Mapped[Code]
    to: Mapped[str] = mapped_column(String(254))
    side: Mapped[str] = mapped_column(String(20))
    subject: Mapped[Short]
    body: Mapped[Long]
    message_id: Mapped[str] = mapped_column(
        String(200), unique=True, comment="made from the key: sent twice, seen once"
    )
    handed_at: Mapped[datetime] = mapped_column(comment="the shop's domain time")
