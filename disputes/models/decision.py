"""Decisions with their reasons, what they rest on, and their outcomes."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.outcome import BY_HAND, OUTCOME, RESTRICT

from .columns import AccountId, CaseId, Code, Currency, Id, Long, one_of

RESTRICTION = "account_restriction"  # money stays as it is
KINDS = ("full_refund", "partial_refund", "cancellation", "no_remedy", RESTRICTION)
OUTCOME_KINDS = ("refund", "cancel_order", *BY_HAND, RESTRICT)
IN_FORCE = text("decided_at IS NOT NULL AND superseded_at IS NULL AND NOT beside")
DRAFT = text("decided_at IS NULL AND superseded_at IS NULL")


class Decision(Base):
    """A reviewer's decision, or a settlement the sides reached. Without decided_at it is a draft."""

    __tablename__ = "decision"
    __table_args__ = (
        one_of("kind", KINDS),
        CheckConstraint("platform_minor >= 0", name="platform_not_negative"),
        Index("uq_decision_in_force", "case_id", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
        Index("uq_decision_draft", "case_id", unique=True, sqlite_where=DRAFT, postgresql_where=DRAFT),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId]
    kind: Mapped[str] = mapped_column(String(20))
    settled: Mapped[bool] = mapped_column(default=False, comment="the sides agreed; nobody decided for them")
    amount_minor: Mapped[int | None] = mapped_column(BigInteger, comment="for a part refund")
    currency: Mapped[Currency]
    repayment: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="the refund's calculation, frozen when it was drafted"
    )
    platform_minor: Mapped[int] = mapped_column(
        BigInteger, default=0, comment="so much of the refund the platform bears; the seller the rest"
    )
    fraud: Mapped[bool] = mapped_column(default=False, comment="proven: what went back is taken from the buyer again")
    reasons: Mapped[Long]
    salt: Mapped[str] = mapped_column(String(32), comment="of the commitment in the history")
    account_id: Mapped[AccountId]
    role: Mapped[str] = mapped_column(String(20))
    second_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), comment="who approved, where two must agree"
    )
    digest: Mapped[str] = mapped_column(String(64), default="", comment="SHA-256 of the draft: an approval binds it")
    beside: Mapped[bool] = mapped_column(
        default=False, comment="restricts an account on top; the decision about the order stands beside it"
    )
    drafted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

    @classmethod
    def in_force(cls, case_id: Any) -> ColumnElement[bool]:
        """The condition of a case's one decision that stands; `case_id` may be a column."""
        stands = and_(cls.decided_at.is_not(None), cls.superseded_at.is_(None), cls.beside.is_(False))
        return and_(cls.case_id == case_id, stands)

    @classmethod
    def drafted(cls, case_id: Any) -> ColumnElement[bool]:
        """The condition of a case's one saved draft."""
        return and_(cls.case_id == case_id, cls.decided_at.is_(None), cls.superseded_at.is_(None))


class Citation(Base):
    """What a decision names: an exhibit or a clause."""

    __tablename__ = "citation"
    __table_args__ = (
        UniqueConstraint("decision_id", "evidence_id", "clause"),
        CheckConstraint("(evidence_id IS NULL) <> (clause IS NULL)", name="one_thing"),
    )

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    clause: Mapped[str | None] = mapped_column(String(80), comment="of the shop's rules, or an article of the law")


class Outcome(Base):
    """One measure of a decision, with its own small workflow."""

    __tablename__ = "outcome"
    __table_args__ = (
        one_of("state", OUTCOME.state_names),
        one_of("kind", OUTCOME_KINDS),
        UniqueConstraint("decision_id", "kind", "target"),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId] = mapped_column(index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    kind: Mapped[Code]
    target: Mapped[str] = mapped_column(String(80), comment="whom or what it reaches, e.g. buyer, order")
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[Currency]
    state: Mapped[Code]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
