"""Money that came in: payment -> allocation to orders -> capture. The capture is what is locked and bounded."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import Chained, Code, Currency, Id, Minor, ShopId, Short

BY_INVOICE = "email_invoice"  # the method of what is paid on an invoice the shop sent by mail


class Payment(Chained, Base):
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
    three_d_secure: Mapped[bool | None] = mapped_column(comment="the bank checked its payer; NULL: not known")


class Allocation(Base):
    """The part of a payment that pays one order."""

    __tablename__ = "allocation"
    __table_args__ = (UniqueConstraint("payment_id", "order_id", "tender"),)

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    tender: Mapped[Code]
    amount_minor: Mapped[Minor]
    voided_minor: Mapped[int] = mapped_column(BigInteger, default=0, comment="authorised, and let go without a capture")
    currency: Mapped[Currency]


class Capture(Base):
    """Money really taken. What we send or reserve never exceeds it; a trigger counts what a bank or a seller's own
    back office took back, too, before more is promised. What they did is recorded whatever it leads to."""

    __tablename__ = "capture"
    __table_args__ = (
        UniqueConstraint("allocation_id", "ref"),
        CheckConstraint(
            "captured_minor >= 0 AND refund_reserved_minor >= 0 AND refunded_minor >= 0", name="not_negative"
        ),
        CheckConstraint("outside_minor >= 0 AND charged_back_minor >= 0", name="outside_not_negative"),
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
    outside_minor: Mapped[int] = mapped_column(
        BigInteger, default=0, comment="sent back by others, e.g. in the seller's own back office"
    )
    charged_back_minor: Mapped[int] = mapped_column(BigInteger, default=0, comment="taken back by the payer's bank")
    captured_at: Mapped[datetime]

    @property
    def left_minor(self) -> int:
        """What can still be promised to somebody; below zero: more went back than was taken."""
        taken_back = self.outside_minor + self.charged_back_minor
        return self.captured_minor - self.refund_reserved_minor - self.refunded_minor - taken_back

    @classmethod
    def left(cls) -> ColumnElement[int]:
        """The same in SQL."""
        taken_back = cls.outside_minor + cls.charged_back_minor
        return cls.captured_minor - cls.refund_reserved_minor - cls.refunded_minor - taken_back
