"""Orders as the shop sent them: lines with their listing at the time, parcels, dates."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import AccountId, Code, Codes, Currency, Id, Json, Minor, PublicId, ShopId, Short


class Order(Base):
    __tablename__ = "order"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        Index("ix_order_buyer", "buyer_id", "placed_at", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    shop_id: Mapped[ShopId]
    number: Mapped[str] = mapped_column(String(80), comment="the shop's order number")
    buyer_id: Mapped[AccountId]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    channel: Mapped[Code]
    currency: Mapped[Currency]
    shipping_minor: Mapped[Minor]
    shipping_ordinary_minor: Mapped[int | None] = mapped_column(
        BigInteger, comment="what ordinary delivery would have cost, where a dearer way was chosen"
    )
    country: Mapped[str] = mapped_column(String(2), comment="ISO 3166 country it was sent to")
    placed_at: Mapped[datetime]
    imported_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class OrderLine(Base):
    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "ref"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("paid_minor >= 0", name="paid_not_negative"),
        CheckConstraint("discount_minor >= 0 AND tax_minor BETWEEN 0 AND paid_minor", name="paid_holds"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    ref: Mapped[str] = mapped_column(String(80), comment="the shop's own line id")
    sku: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[Short]
    variant: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[Code]
    brand: Mapped[str | None] = mapped_column(String(80))
    quantity: Mapped[int]
    unit_minor: Mapped[Minor]
    paid_minor: Mapped[int] = mapped_column(
        BigInteger, comment="what was paid for the whole line after discounts and with its tax, minor units"
    )
    discount_minor: Mapped[int] = mapped_column(
        BigInteger, default=0, comment="the line's share of the order's discount, taken off already"
    )
    tax_minor: Mapped[int] = mapped_column(BigInteger, default=0, comment="tax charged on top, in what was paid")
    listing: Mapped[Json] = mapped_column(comment="the listing as it stood when bought")
    tags: Mapped[Codes] = mapped_column(comment="facts for the rules, e.g. custom_made")


class Parcel(Base):
    __tablename__ = "parcel"
    __table_args__ = (UniqueConstraint("order_id", "ref"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    ref: Mapped[str] = mapped_column(String(80))
    carrier: Mapped[str | None] = mapped_column(String(80))
    tracking: Mapped[str | None] = mapped_column(String(80))
    dispatched_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None] = mapped_column(comment="the carrier's word")
    signed_at: Mapped[datetime | None] = mapped_column(comment="somebody signed for it")


class ParcelLine(Base):
    __tablename__ = "parcel_line"

    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True, index=True)
    quantity: Mapped[int]
