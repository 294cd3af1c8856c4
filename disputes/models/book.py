"""The books: movements between two purses. One row moves one amount in one currency, so every movement balances."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import Code, Codes, Currency, Id, Minor, ShopId, one_of

# Whose money it is. The provider holds what was paid; "due" is promised to a buyer and not there yet; "held" is a
# seller's, kept back while a case is open; "outside" is where money goes that leaves us for good.
BUYER, SELLER, PLATFORM, INSURER = "buyer", "seller", "platform", "insurer"
PROVIDER, DUE, HELD, VOUCHER, OUTSIDE = "provider", "due", "held", "voucher", "outside"
PURSES = (BUYER, SELLER, PLATFORM, INSURER, PROVIDER, DUE, HELD, VOUCHER, OUTSIDE)


class Movement(Base):
    """One amount that left one purse for another. Append-only: what was wrong is put right by a further one.

    A purse is a party's money in one shop and currency: what its movements sum to. It has no row of its own."""

    __tablename__ = "movement"
    __table_args__ = (
        one_of("source", PURSES),
        one_of("dest", PURSES),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("source <> dest OR source_of <> dest_of", name="two_purses"),
        Index("ix_movement_source", "source", "source_of", "shop_id", "currency"),
        Index("ix_movement_dest", "dest", "dest_of", "shop_id", "currency"),
        Index("ix_movement_shop", "shop_id", "at", "id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(120), unique=True, comment="one effect, one key, one movement")
    what: Mapped[Code]
    source: Mapped[str] = mapped_column(String(20), comment="the party it left")
    source_of: Mapped[int] = mapped_column(default=0, comment="account or seller; 0: there is only one")
    dest: Mapped[str] = mapped_column(String(20), comment="the party it went to")
    dest_of: Mapped[int] = mapped_column(default=0, comment="account or seller; 0: there is only one")
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    shop_id: Mapped[ShopId]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("order.id"), index=True)
    capture_id: Mapped[int | None] = mapped_column(ForeignKey("capture.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), comment="whose doing; NULL: nobody's here")
    clauses: Mapped[Codes] = mapped_column(comment="of the shop's rules, where one says so")
    at: Mapped[datetime] = mapped_column(comment="the shop's domain time")


class PayoutHold(Base):
    """What the marketplace keeps back of a seller's money while a case about it is open. At most one a case."""

    __tablename__ = "payout_hold"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_positive"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), unique=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    held_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
