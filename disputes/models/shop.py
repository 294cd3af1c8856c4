"""Shops, and the sellers who sell in them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import Currency, Id, ShopId, Short


class Shop(Base):
    __tablename__ = "shop"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, comment="a word for people and files, e.g. jd-3p")
    name: Mapped[Short]
    pack: Mapped[str] = mapped_column(String(40), comment="id of the shop's rules")
    zone: Mapped[str] = mapped_column(String(40), comment="IANA zone its deadlines are computed in")
    currency: Mapped[Currency]
    provider: Mapped[str] = mapped_column(String(20), default="fake", comment="payment provider that pays refunds")
    refund_limit_minor: Mapped[int | None] = mapped_column(
        BigInteger, comment="a decision that sends back more needs a second person; NULL: none does"
    )
    daily_limit_minor: Mapped[int | None] = mapped_column(
        BigInteger, comment="what one reviewer may send back in 24 hours alone; NULL: no limit"
    )
    steps_stopped_at: Mapped[datetime | None] = mapped_column(
        comment="a lead stopped what happens by itself; real time"
    )
    refunds_stopped_at: Mapped[datetime | None] = mapped_column(comment="a lead stopped outgoing refunds; real time")
    clock_offset_s: Mapped[int] = mapped_column(default=0, comment="sandbox only: seconds its domain time is moved by")


class Seller(Base):
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
