"""Exhibits: files a side handed in, numbered through the case."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import AccountId, CaseId, Code, Id, PublicId


class Evidence(Base):
    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("size > 0", name="not_empty"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    case_id: Mapped[CaseId]
    number: Mapped[int] = mapped_column(comment="exhibit number in the case")
    kind: Mapped[Code] = mapped_column(comment="proof code")
    filename: Mapped[str] = mapped_column(String(255), comment="as the person named it; never used on the disk")
    media_type: Mapped[str] = mapped_column(String(80), comment="from the content, by our allow-list")
    size: Mapped[int] = mapped_column(comment="bytes")
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(64), unique=True, comment="random; the original, untouched")
    role: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[AccountId]
    received_at: Mapped[datetime]
