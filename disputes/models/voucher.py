"""Goodwill vouchers: what the platform gives a buyer on top. They are not refunds, and no capture bounds them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.voucher import VOUCHER

from .columns import AccountId, CaseId, Code, Currency, Id, Long, PublicId, one_of


class Voucher(Base):
    """One voucher of a case. Its code stands in no row: it is made again from the salt and the installation's key."""

    __tablename__ = "voucher"
    __table_args__ = (
        one_of("state", VOUCHER.state_names),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("approved_by IS NULL OR approved_by <> given_by", name="another_person"),
        UniqueConstraint("case_id", "number"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    case_id: Mapped[CaseId]
    number: Mapped[int] = mapped_column(comment="in its case; a form names the next, so that it gives once")
    amount_minor: Mapped[int] = mapped_column(BigInteger, comment="minor units of the row's currency")
    currency: Mapped[Currency]
    words: Mapped[Long] = mapped_column(comment="what the buyer reads")
    salt: Mapped[str] = mapped_column(String(32), comment="of the commitment in the history")
    code_salt: Mapped[str] = mapped_column(String(64))
    code_hash: Mapped[str] = mapped_column(String(64))
    given_by: Mapped[AccountId]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[Code] = mapped_column(comment="written by take_step alone")
    version: Mapped[int] = mapped_column(default=1)
    planned_at: Mapped[datetime]
    changed_at: Mapped[datetime]
