"""Shops, and the sellers who sell in them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import Chained, Currency, Id, ShopId, Short


class Shop(Chained, Base):
    __tablename__ = "shop"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, comment="a word for people and files, e.g. jd-3p")
    name: Mapped[Short]
    pack: Mapped[str] = mapped_column(String(40), comment="id of the shop's rules")
    zone: Mapped[str] = mapped_column(String(40), comment="IANA zone its deadlines are computed in")
    currency: Mapped[Currency]
    provider: Mapped[str] = mapped_column(String(20), default="fake", comment="payment provider that pays refunds")
    refund_limit_minor: Mapped[int | None] = mapped_column(
        BigInteger, comment="more than this of one payment is sent back by two people; NULL: one is enough"
    )
    daily_limit_minor: Mapped[int | None] = mapped_column(
        BigInteger, comment="what one reviewer may send back in 24 hours alone; NULL: no limit"
    )
    voucher_limit_minor: Mapped[int | None] = mapped_column(
        BigInteger, comment="what the vouchers of a case may be worth without a second person; NULL: none are given"
    )
    voucher_most_minor: Mapped[int | None] = mapped_column(
        BigInteger, comment="what they may be worth with a lead as second person; NULL: no more than without"
    )
    steps_stopped_at: Mapped[datetime | None] = mapped_column(
        comment="a lead stopped what happens by itself; real time"
    )
    refunds_stopped_at: Mapped[datetime | None] = mapped_column(comment="a lead stopped outgoing refunds; real time")
    clock_offset_s: Mapped[int] = mapped_column(default=0, comment="sandbox only: seconds its domain time is moved by")


class Seller(Chained, Base):
    """An organisation; people are its members."""

    __tablename__ = "seller"
    __table_args__ = (UniqueConstraint("shop_id", "ref"),)

    id: Mapped[Id]
    shop_id: Mapped[ShopId]
    ref: Mapped[str] = mapped_column(String(80), comment="the shop's own name for this seller")
    name: Mapped[Short]
    is_trader: Mapped[bool] = mapped_column(default=True, comment="a trader, not a private person")


class ShopKey(Base):
    """What a shop signs its hand-off links with. The secret is made from the salt and our key, and shown once."""

    __tablename__ = "shop_key"

    id: Mapped[Id]
    shop_id: Mapped[str] = mapped_column(ForeignKey("shop.id"), index=True)
    salt: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class HandOff(Base):
    """A hand-off link that was used: its signature opens nothing again."""

    __tablename__ = "hand_off"

    signature: Mapped[str] = mapped_column(String(64), primary_key=True)
    shop_id: Mapped[str] = mapped_column(ForeignKey("shop.id"))
    used_at: Mapped[datetime]
