"""What others do to a payment: a bank that takes money back, a seller who refunds in their own back office; and the
freeze that follows."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.chargeback import ACCEPT, CHARGEBACK, CONTEST
from disputes.workflows.freeze import CALL_OFF, CHARGED_BACK, EXCESS, FREEZE, SEND

from .columns import Code, Currency, Id, Long, Minor, Numbers, PublicId, ShopId, one_of

EXCESS_OPEN = text("why = 'excess' AND state <> 'ended'")


class Planned:
    """What one person wrote and another approves. Who wrote never approves."""

    plan: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[Long] = mapped_column(default="", comment="why; a bank reads a chargeback's")
    salt: Mapped[str] = mapped_column(String(32), default="", comment="of the commitment in the history")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), comment="who wrote the plan")
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Chargeback(Planned, Base):
    """One dispute at the payer's bank."""

    __tablename__ = "chargeback"
    __table_args__ = (
        one_of("state", CHARGEBACK.state_names),
        one_of("plan", (CONTEST, ACCEPT)),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="another_person"),
        UniqueConstraint("shop_id", "ref"),
        Index("ix_chargeback_due", "due_at"),
        Index("ix_chargeback_payment", "payment_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    shop_id: Mapped[ShopId]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    ref: Mapped[str] = mapped_column(String(80), comment="the provider's name for it")
    reason: Mapped[Code] = mapped_column(comment="the bank's code")
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    told_at: Mapped[datetime] = mapped_column(comment="when the bank began it")
    due_at: Mapped[datetime | None] = mapped_column(comment="until when the bank waits for an answer")
    exhibits: Mapped[Numbers] = mapped_column(default=list, comment="ids of the evidence the answer names")
    state: Mapped[Code]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class Freeze(Planned, Base):
    """While one is open, no refund of the payment is sent."""

    __tablename__ = "freeze"
    __table_args__ = (
        one_of("state", FREEZE.state_names),
        one_of("why", (CHARGED_BACK, EXCESS)),
        one_of("plan", (SEND, CALL_OFF)),
        CheckConstraint("(why = 'chargeback') = (chargeback_id IS NOT NULL)", name="chargeback_named"),
        CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="another_person"),
        Index("uq_freeze_excess", "payment_id", unique=True, sqlite_where=EXCESS_OPEN, postgresql_where=EXCESS_OPEN),
        Index("ix_freeze_payment", "payment_id", "state"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    shop_id: Mapped[ShopId]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    chargeback_id: Mapped[int | None] = mapped_column(ForeignKey("chargeback.id"), unique=True)
    why: Mapped[str] = mapped_column(String(20))
    began_at: Mapped[datetime]
    state: Mapped[Code]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class OutsideRefund(Base):
    """A refund that we did not send: somebody sent it past us. Always recorded, once."""

    __tablename__ = "outside_refund"
    __table_args__ = (
        UniqueConstraint("capture_id", "ref"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
    )

    id: Mapped[Id]
    capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"))
    ref: Mapped[str] = mapped_column(String(80), comment="the provider's name for it")
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    at: Mapped[datetime]
