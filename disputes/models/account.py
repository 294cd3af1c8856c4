"""People, what they may be where, and their sessions."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.roles import ADMIN, AUDITOR, LEAD, MANAGER, MEMBERS, REVIEWER, SELLER

from .columns import AccountId, Chained, Id, PublicId, Short, one_of

STAFF, MEMBER = text("seller_id IS NULL"), text("seller_id IS NOT NULL")
OF_ALL = text("shop_id IS NULL")
GRANTED = (SELLER, MANAGER, REVIEWER, LEAD, AUDITOR, ADMIN)  # nobody is granted "buyer": an order makes one


def role_checks() -> tuple[CheckConstraint, ...]:
    """A role with what it is a role in: members of a seller, staff of a shop, an admin of the installation."""
    return (
        one_of("role", GRANTED),
        CheckConstraint(f"(role IN {MEMBERS}) = (seller_id IS NOT NULL)", name="seller_named"),
        CheckConstraint(f"(role = '{ADMIN}') = (shop_id IS NULL)", name="shop_named"),
    )


class Account(Chained, Base):
    """A person."""

    __tablename__ = "account"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(String(254), unique=True, comment="lower case")
    name: Mapped[Short]
    password_hash: Mapped[str | None] = mapped_column(String(200), comment="argon2; NULL: cannot sign in by password")
    locale: Mapped[str] = mapped_column(String(20), default="en")
    zone: Mapped[str | None] = mapped_column(String(40), comment="IANA zone times are shown in")
    totp_salt: Mapped[str | None] = mapped_column(
        String(64), comment="makes the secret of the codes, together with the key"
    )
    totp_since: Mapped[datetime | None] = mapped_column(comment="NULL: no second step at sign-in (yet)")
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0, comment="the last code's: none is taken twice")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Grant(Base):
    """One role of one person: staff of a shop, member of a seller, or admin of the installation."""

    __tablename__ = "grant"
    __table_args__ = (
        *role_checks(),
        # An index each: NULLs never equal each other, so one over all kinds would let a grant in twice.
        Index(
            "uq_grant_staff", "account_id", "shop_id", "role", unique=True, sqlite_where=STAFF, postgresql_where=STAFF
        ),
        Index("uq_grant_member", "account_id", "seller_id", unique=True, sqlite_where=MEMBER, postgresql_where=MEMBER),
        Index("uq_grant_admin", "account_id", unique=True, sqlite_where=OF_ALL, postgresql_where=OF_ALL),
    )

    id: Mapped[Id]
    account_id: Mapped[AccountId]
    role: Mapped[str] = mapped_column(String(20))
    shop_id: Mapped[str | None] = mapped_column(ForeignKey("shop.id"))
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
    half: Mapped[bool] = mapped_column(default=False, comment="waits for the second step; opens nothing yet")
    sure_at: Mapped[datetime | None] = mapped_column(comment="when a password or code was last given in it")
    from_shop: Mapped[str | None] = mapped_column(
        ForeignKey("shop.id"), comment="handed over by this shop: a buyer there and nothing else"
    )


class RecoveryCode(Base):
    """What opens the second step once when the telephone is gone; only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[Id]
    account_id: Mapped[AccountId]
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A role that waits for somebody to take it. Its link is made from the salt and the key, and kept as a hash."""

    __tablename__ = "invitation"
    __table_args__ = role_checks()

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(String(254), index=True, comment="lower case")
    role: Mapped[str] = mapped_column(String(20))
    shop_id: Mapped[str | None] = mapped_column(ForeignKey("shop.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"), index=True)
    invited_by: Mapped[AccountId]
    salt: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
