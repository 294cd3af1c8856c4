"""Refunds: one row per capture, with the key the provider is called with."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.refund import REFUND

from .columns import CaseId, Code, Currency, Id, Minor, one_of


class Refund(Base):
    __tablename__ = "refund"
    __table_args__ = (
        one_of("state", REFUND.state_names),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("platform_minor BETWEEN 0 AND amount_minor", name="platform_within"),
        UniqueConstraint("outcome_id", "capture_id"),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId] = mapped_column(index=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"))
    capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"), index=True)
    amount_minor: Mapped[Minor]
    platform_minor: Mapped[int] = mapped_column(
        BigInteger, default=0, comment="so much of it the platform bears; the seller the rest"
    )
    currency: Mapped[Currency]
    key: Mapped[str] = mapped_column(String(80), unique=True, comment="idempotency key, stored before the first call")
    provider_ref: Mapped[str | None] = mapped_column(String(80))
    failure: Mapped[str | None] = mapped_column(String(80), comment="the provider's code")
    tries: Mapped[int] = mapped_column(default=0, comment="how often it was put off by itself since a person sent it")
    state: Mapped[Code]
    version: Mapped[int] = mapped_column(default=1)
    ordered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None] = mapped_column(comment="the provider's word for when")
