"""Filings and the cases they open."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.case import CASE

from .columns import AccountId, CaseId, Chained, Code, Codes, Currency, Id, PublicId, ShopId, new_ref, one_of

OPEN = text("is_open = 1")  # SQLite uses a partial index only where the text matches
OPEN_PG = text("is_open")
SAFETY = text("safety_at IS NOT NULL")


class Filing(Base):
    """What one person sent in one go. `key` is the form's own: sent twice, it opens one case."""

    __tablename__ = "filing"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    filed_by: Mapped[AccountId]
    on_behalf_of: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), comment="the caller a reviewer filed for"
    )
    received_at: Mapped[datetime] = mapped_column(comment="when it reached us: the call's time for a caller")
    filed_at: Mapped[datetime]


class Case(Chained, Base):
    __tablename__ = "case"
    __table_args__ = (
        one_of("state", CASE.public_names),
        one_of("public_state", CASE.public_names),
        one_of("cover", CASE.confidential_names),
        CheckConstraint("version >= 1", name="version_from_one"),
        Index("ix_case_queue", "queue_at", "id", sqlite_where=OPEN, postgresql_where=OPEN_PG),
        Index("ix_case_shop_queue", "shop_id", "state", "queue_at", "id", sqlite_where=OPEN, postgresql_where=OPEN_PG),
        Index("ix_case_assignee", "assignee_id", "queue_at", "id", sqlite_where=OPEN, postgresql_where=OPEN_PG),
        Index("ix_case_safety", "safety_at", "id", sqlite_where=SAFETY, postgresql_where=SAFETY),
        Index("ix_case_seller", "seller_id", "is_open", "queue_at", "id"),
        Index("ix_case_buyer", "buyer_id", "opened_at", "id"),
        Index("ix_case_order", "order_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    ref: Mapped[str] = mapped_column(String(9), unique=True, default=new_ref, comment="for people to say aloud")
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), index=True)
    shop_id: Mapped[ShopId]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    buyer_id: Mapped[AccountId]
    reason: Mapped[Code]
    sub_reason: Mapped[str | None] = mapped_column(String(40))
    currency: Mapped[Currency]
    claimed_minor: Mapped[int] = mapped_column(BigInteger, comment="what was paid for the lines and quantities claimed")
    shipping_minor: Mapped[int] = mapped_column(BigInteger, default=0, comment="of it, what sending the order out cost")
    shipping_clauses: Mapped[Codes] = mapped_column(default=list, comment="clause ids by which that is claimed")
    pack: Mapped[str] = mapped_column(String(40))
    entitlement_version: Mapped[str | None] = mapped_column(String(20), comment="rules in force at purchase")
    procedure_version: Mapped[str | None] = mapped_column(String(20), comment="rules in force at opening")
    opened_at: Mapped[datetime]

    state: Mapped[Code] = mapped_column(comment="written by take_step alone")
    version: Mapped[int] = mapped_column(default=1)
    cover: Mapped[str | None] = mapped_column(
        String(40), comment="a confidential state that lies over the other; written by take_step alone"
    )
    dropped_from: Mapped[str | None] = mapped_column(String(40), comment="where it stood when its buyer closed it")
    public_state: Mapped[Code] = mapped_column(comment="what parties are shown")
    public_version: Mapped[int] = mapped_column(default=1)
    public_seq: Mapped[int] = mapped_column(default=0, comment="how many of its events parties may know of")

    is_open: Mapped[bool] = mapped_column(default=True)
    queue_at: Mapped[datetime] = mapped_column(comment="earliest running clock, else the desk's target")
    desk_due_at: Mapped[datetime] = mapped_column(comment="when the desk wants to have looked; the operator's target")
    safety_at: Mapped[datetime | None] = mapped_column(comment="since when a report of threat or abuse waits here")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    claimed_until: Mapped[datetime | None] = mapped_column(comment="real time; after it anybody may take the case")

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}

    def __repr__(self) -> str:
        return f"<Case {self.ref} {self.state} v{self.version}>"


class CaseLine(Base):
    """A line of the order in this case, with the quantity claimed."""

    __tablename__ = "case_line"
    __table_args__ = (
        UniqueConstraint("case_id", "line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[int]
    paid_minor: Mapped[int] = mapped_column(BigInteger, default=0, comment="what was paid for the quantity claimed")
    discount_minor: Mapped[int] = mapped_column(BigInteger, default=0, comment="its share of the order's discount")
    tax_minor: Mapped[int] = mapped_column(BigInteger, default=0, comment="tax charged on top, in what was paid")
