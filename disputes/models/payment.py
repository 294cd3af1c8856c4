"""Money that came in: payment -> allocation to orders -> capture. The capture is what is locked and bounded."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import Code, Currency, Id, Minor, ShopId, Short


class Payment(Base):
    """One payment; it can pay several orders and be made by somebody else than the buyer."""

    __tablename__ = "payment"
    __table_args__ = (UniqueConstraint("shop_id", "ref"),)

    id: Mapped[Id]
    shop_id: Mapped[ShopId]
    ref: Mapped[str] = mapped_column(String(80), comment="the provider's payment reference")
    method: Mapped[Code]
    label: Mapped[Short] = mapped_column(comment="as people know it, e.g. Visa ending 4242; never a full number")
    payer: Mapped[Short]
    paid_at: Mapped[datetime]


class Allocation(Base):
    """The part of a payment that pays one order."""

    __tablename__ = "allocation"
    __table_args__ = (UniqueConstraint("payment_id", "order_id", "tender"),)

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    tender: Mapped[Code]
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]


class Capture(Base):
    """Money really taken. What we send or reserve never exceeds it."""

    __tablename__ = "capture"
    __table_args__ = (
        UniqueConstraint("allocation_id", "ref"),
        CheckConstraint(
            "captured_minor >= 0 AND refund_reserved_minor >= 0 AND refunded_minor >= 0", name="not_negative"
        ),
        CheckConstraint("refund_reserved_minor + refunded_minor <= captured_minor", name="refund_within"),
    )

    id: Mapped[Id]
    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocation.id"), index=True)
    ref: Mapped[str] = mapped_column(String(80), comment="the provider's capture reference")
    captured_minor: Mapped[Minor]
    refund_reserved_minor: Mapped[int] = mapped_column(
        BigInteger, default=0, comment="promised to somebody, not arrived yet"
    )
    refunded_minor: Mapped[int] = mapped_column(BigInteger, default=0, comment="arrived")
    captured_at: Mapped[datetime]
