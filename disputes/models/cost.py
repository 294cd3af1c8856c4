"""What things about a case cost besides the goods, and who bears how much of it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.roles import PARTIES

from .columns import AccountId, CaseId, Code, Codes, Currency, Id, Long, Minor, one_of

LINES = ("way_out", "way_back", "reship", "customs", "repair", "loss")
PAYERS = ("buyer", "seller", "platform", "insurer")


class Cost(Base):
    """One cost of a case, as it was laid out. Never edited: what was wrong is put right by a further row, which may
    say that it cost nothing."""

    __tablename__ = "cost"
    __table_args__ = (
        one_of("line", LINES),
        one_of("laid_out_by", PARTIES),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("amount_minor > 0 OR corrects_id IS NOT NULL", name="nothing_only_to_correct"),
    )

    id: Mapped[Id]
    case_id: Mapped[CaseId] = mapped_column(index=True)
    line: Mapped[Code]
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    laid_out_by: Mapped[str] = mapped_column(String(20), comment="the side that paid for it first")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), comment="the exhibit that shows it")
    clauses: Mapped[Codes] = mapped_column(comment="by which it is shared; none where a person did")
    standing: Mapped[str] = mapped_column(String(20), comment="where those rules come from")
    reasons: Mapped[Long] = mapped_column(comment="why a person shared it so, where the rules do not say")
    salt: Mapped[str] = mapped_column(String(32), comment="of the commitment in the history")
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("cost.id"), unique=True, comment="the row it replaces")
    account_id: Mapped[AccountId]
    at: Mapped[datetime]


class CostShare(Base):
    """What one of them bears of a cost. Together they bear all of it and never more."""

    __tablename__ = "cost_share"
    __table_args__ = (
        one_of("payer", PAYERS),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        UniqueConstraint("cost_id", "payer"),
    )

    id: Mapped[Id]
    cost_id: Mapped[int] = mapped_column(ForeignKey("cost.id"))
    payer: Mapped[str] = mapped_column(String(20))
    amount_minor: Mapped[Minor]


class CostPayment(Base):
    """What a lead paid to the buyer of a case by hand, of what others bear and the buyer had laid out."""

    __tablename__ = "cost_payment"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_positive"),)

    id: Mapped[Id]
    case_id: Mapped[CaseId] = mapped_column(index=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger, comment="minor units of the case's currency")
    reference: Mapped[str] = mapped_column(String(80), comment="of the payment, in the bank's books")
    account_id: Mapped[AccountId]
    at: Mapped[datetime]
