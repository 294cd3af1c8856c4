"""What the sides ask of and offer each other; each side has at most one that stands."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import AccountId, CaseId, Currency, Id, Long, one_of

KINDS = ("full_refund", "partial_refund", "cancellation")
STANDS = text("ended_at IS NULL")


class Offer(Base):
    """The buyer's wish at filing is the first."""

    __tablename__ = "offer"
    __table_args__ = (
        one_of("kind", KINDS),
        CheckConstraint("(kind = 'partial_refund') = (amount_minor IS NOT NULL)", name="amount_for_partial"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("uq_offer_stands", "case_id", "side", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index("ix_offer_case", "case_id", "id"),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    side: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[AccountId]
    kind: Mapped[str] = mapped_column(String(20))
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[Currency]
    note: Mapped[Long]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(20), comment="accepted, declined, replaced")
