"""What came of comparing our books with a provider's."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import Id, ShopId


class Reconciliation(Base):
    """One comparison of one shop's refunds and chargebacks with what its provider has."""

    __tablename__ = "reconciliation"
    __table_args__ = (Index("ix_reconciliation_shop", "shop_id", "id"),)

    id: Mapped[Id]
    shop_id: Mapped[ShopId]
    at: Mapped[datetime]
    compared: Mapped[int]
    differences: Mapped[list[dict[str, str]]] = mapped_column(JSON, comment="each: what, ref, ours, theirs")
