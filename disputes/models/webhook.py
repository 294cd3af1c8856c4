"""Messages from payment providers: each is taken in once, however often it comes."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import Code, Id, ShopId


class Webhook(Base):
    """One message whose signature was good. It says where to look; what is so, the provider is asked."""

    __tablename__ = "webhook"
    __table_args__ = (UniqueConstraint("shop_id", "event_id"),)

    id: Mapped[Id]
    shop_id: Mapped[ShopId]
    event_id: Mapped[str] = mapped_column(String(120), comment="the provider's name for the message")
    kind: Mapped[Code]
    ref: Mapped[str] = mapped_column(String(80), comment="what it is about, in the provider's books")
    received_at: Mapped[datetime] = mapped_column(comment="real time")
