"""People, what they may be where, and their sessions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.roles import LEAD, REVIEWER, SELLER

from .columns import AccountId, Id, PublicId, Short, one_of

STAFF, MEMBER = text("seller_id IS NULL"), text("seller_id IS NOT NULL")
GRANTED = (SELLER, REVIEWER, LEAD)  # nobody is granted "buyer": an order makes one


class Account(Base):
    """A person."""

    __tablename__ = "account"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(String(254), unique=True, comment="lower case")
    name: Mapped[Short]
    password_hash: Mapped[str | None] = mapped_column(String(200), comment="argon2; NULL: cannot sign in by password")
    locale: Mapped[str] = mapped_column(String(20), default="en")
    zone: Mapped[str | None] = mapped_column(String(40), comment="IANA zone times are shown in")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Grant(Base):
    """One role of one person: staff in a shop, or member of a seller."""

    __tablename__ = "grant"
    __table_args__ = (
        one_of("role", GRANTED),
        CheckConstraint(f"(role = '{SELLER}') = (seller_id IS NOT NULL)", name="seller_named"),
        # Two indexes: NULLs never equal each other, so one over both kinds would let a staff grant in twice.
        Index(
            "uq_grant_staff", "account_id", "shop_id", "role", unique=True, sqlite_where=STAFF, postgresql_where=STAFF
        ),
        Index("uq_grant_member", "account_id", "seller_id", unique=True, sqlite_where=MEMBER, postgresql_where=MEMBER),
    )

    id: Mapped[Id]
    account_id: Mapped[AccountId]
    role: Mapped[str] = mapped_column(String(20))
    shop_id: Mapped[str] = mapped_column(ForeignKey("shop.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"), index=True)


class Session(Base):
    """One sign-in of one browser. The cookie holds the token, the table only its hash."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[AccountId] = mapped_column(index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(comment="touched at most every five minutes")
    expires_at: Mapped[datetime] = mapped_column(comment="absolute end, however busy")
    ended_at: Mapped[datetime | None]
    browser: Mapped[Short]
