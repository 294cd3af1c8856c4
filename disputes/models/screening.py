"""Orders whose payment is looked at before they are accepted, and the money that goes back instead."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.screening import SCREENING

from .columns import Chained, Code, Currency, Id, Minor, PublicId, ShopId, one_of

STANDS = text("called_off_at IS NULL")


class Screening(Chained, Base):
    """One order of a shop that accepts each of its orders by itself. Locked under the order's row."""

    __tablename__ = "screening"
    __table_args__ = (
        one_of("state", SCREENING.state_names),
        CheckConstraint("invoice_minor > 0", name="invoice_positive"),
        Index("ix_screening_list", "shop_id", "state", "id"),
        Index("ix_screening_due", "due_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    shop_id: Mapped[ShopId]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), unique=True)
    rules_version: Mapped[str] = mapped_column(String(20), comment="of the shop's rules at purchase")
    currency: Mapped[Currency]
    invoice_minor: Mapped[int | None] = mapped_column(BigInteger, comment="what the invoice asks for")
    how_to_pay: Mapped[str | None] = mapped_column(Text, comment="what staff wrote to the buyer")
    salt: Mapped[str | None] = mapped_column(String(32), comment="of the commitment in the history")
    due_at: Mapped[datetime | None] = mapped_column(comment="until when the invoice can be paid")
    state: Mapped[Code] = mapped_column(comment="written by take_step alone")
    version: Mapped[int] = mapped_column(default=1)
    came_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ScreeningRefund(Base):
    """What goes back of one capture. It is bounded by the capture like every other refund.

    It is failed, on its way, arrived, or called off by two people: then nothing of it is promised any more."""

    __tablename__ = "screening_refund"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index(
            "uq_screening_refund_stands",
            "screening_id",
            "capture_id",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
    )

    id: Mapped[Id]
    screening_id: Mapped[int] = mapped_column(ForeignKey("screening.id"))
    capture_id: Mapped[int] = mapped_column(ForeignKey("capture.id"), index=True)
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    key: Mapped[str] = mapped_column(String(80), unique=True, comment="idempotency key, stored before the first call")
    provider_ref: Mapped[str | None] = mapped_column(String(80))
    failure: Mapped[str | None] = mapped_column(String(80), comment="the provider's code")
    ordered_at: Mapped[datetime]
    arrived_at: Mapped[datetime | None] = mapped_column(comment="the provider's word for when")
    called_off_at: Mapped[datetime | None]

    @property
    def state(self) -> str:
        """Where it stands, in the words of refunds."""
        if self.called_off_at is not None:
            return "called_off"
        if self.arrived_at is not None:
            return "arrived"
        if self.failure is not None:
            return "failed"
        return "reserved" if self.provider_ref is None else "sent"

    @classmethod
    def refused(cls) -> ColumnElement[bool]:
        """In SQL: the provider did not take it, or it came back, and nobody has called it off."""
        return and_(cls.failure.is_not(None), cls.called_off_at.is_(None))

    @classmethod
    def promised(cls) -> ColumnElement[bool]:
        """In SQL: it is not there yet, and reserved on its capture."""
        return and_(cls.arrived_at.is_(None), cls.called_off_at.is_(None))
