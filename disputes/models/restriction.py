"""Restrictions: what an account or a seller may not do for a while, why, and their appeal."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.restriction import IN_FORCE, RESTRICTION

from .appeal import GROUNDS
from .columns import AccountId, CaseId, Code, Codes, Id, Long, PublicId, ShopId, one_of

EVERYTHING = "everything"
SCOPES = ("filing", "listing", "payouts", "messaging", EVERYTHING)
HELD = ("payouts", "listing")  # what the marketplace does for us
RESULTS = ("upheld", "varied", "overturned", "moot")


class Restriction(Base):
    """One restriction of one account or one seller. It is written with the draft of the decision it belongs to."""

    __tablename__ = "restriction"
    __table_args__ = (
        one_of("state", RESTRICTION.state_names),
        CheckConstraint("(account_id IS NULL) <> (seller_id IS NULL)", name="one_subject"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_restriction_account", "account_id"),
        Index("ix_restriction_seller", "seller_id"),
        Index("ix_restriction_ends", "ends_at"),
        Index("ix_restriction_list", "shop_id", "state", "id"),
        Index("ix_restriction_case", "case_id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    shop_id: Mapped[ShopId]
    case_id: Mapped[CaseId]
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))
    starts_at: Mapped[datetime | None] = mapped_column(comment="NULL: at once, whenever it is decided")
    ends_at: Mapped[datetime | None] = mapped_column(comment="NULL: until it is lifted")
    begun_at: Mapped[datetime | None] = mapped_column(comment="since when everybody who must act on it was told")
    reasons: Mapped[Long]
    salt: Mapped[str] = mapped_column(String(32), comment="of the commitment in the history")
    clauses: Mapped[Codes] = mapped_column(comment="clause ids it rests on")
    lifted_why: Mapped[str | None] = mapped_column(Text, comment="what a lead wrote")
    lifted_salt: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[Code]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]

    @classmethod
    def binds(cls, now: datetime) -> ColumnElement[bool]:
        """The condition that it holds at `now`, in its shop's domain time, whether anybody has noticed yet or not."""
        ends = or_(cls.ends_at.is_(None), cls.ends_at > now)
        return and_(cls.state.in_(IN_FORCE), cls.starts_at <= now, ends)


class RestrictionScope(Base):
    """One thing a restriction shuts."""

    __tablename__ = "restriction_scope"
    __table_args__ = (one_of("scope", SCOPES), UniqueConstraint("restriction_id", "scope"))

    id: Mapped[Id]
    restriction_id: Mapped[int] = mapped_column(ForeignKey("restriction.id"))
    scope: Mapped[str] = mapped_column(String(20))


class RestrictionAppeal(Base):
    """Its subject's appeal, once; decided by somebody who had no part in it."""

    __tablename__ = "restriction_appeal"
    __table_args__ = (
        one_of("ground", GROUNDS),
        one_of("result", RESULTS),
        CheckConstraint("(result IS NULL) = (decided_at IS NULL)", name="decided_with_result"),
    )

    id: Mapped[Id]
    restriction_id: Mapped[int] = mapped_column(ForeignKey("restriction.id"), unique=True)
    account_id: Mapped[AccountId]
    ground: Mapped[str] = mapped_column(String(20))
    words: Mapped[Long]
    salt: Mapped[str] = mapped_column(String(32), comment="of the commitment in the history")
    filed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    result: Mapped[str | None] = mapped_column(String(20), comment="moot: it ended before anybody decided")
    answer: Mapped[str | None] = mapped_column(Text)
    answer_salt: Mapped[str | None] = mapped_column(String(32))
