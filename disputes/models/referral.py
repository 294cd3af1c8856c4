"""Referrals to an authority: confidential records, each with a history of its own beside the case's."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.referral import REFERRAL

from .columns import AccountId, CaseId, Chained, Code, Codes, Id, Long, Numbers, PublicId, Short, listed, one_of

OFFENCES = ("fraud", "counterfeit", "stolen_goods", "dangerous_goods", "threat", "payment_crime", "other")
BASES = ("danger_to_life", "order", "duty", "own_report")
PARTS = ("messages", "offers", "decisions", "payments", "notes")
NOTE_KINDS = ("returned", "emergency", "review", "answer", "closed", "withdrawn")
CLOSED = tuple(state.name for state in REFERRAL.states if not state.open)
OPEN = text(f"state NOT IN ({listed(CLOSED)})")
COUNTS = text("ended_at IS NULL")


class Referral(Chained, Base):
    """What is told to whom, on which ground, and what is left out. Its digest is what approvals bind."""

    __tablename__ = "referral"
    __table_args__ = (
        one_of("state", REFERRAL.state_names),
        one_of("offence", OFFENCES),
        one_of("basis", BASES),
        CheckConstraint("(bundle_sha256 IS NULL) = (handed_at IS NULL)", name="handed_with_bundle"),
        CheckConstraint("(urgent_by IS NULL) = (review_due_at IS NULL)", name="urgent_with_review"),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> urgent_by", name="another_reviews"),
        Index("uq_referral_open", "case_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_referral_case", "case_id", "id"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    case_id: Mapped[CaseId]
    offence: Mapped[Code]
    story: Mapped[Long] = mapped_column(comment="what happened, for the authority")
    authority: Mapped[Short]
    basis: Mapped[Code]
    basis_words: Mapped[Short] = mapped_column(comment="which law, which order")
    left_out: Mapped[Long] = mapped_column(comment="what is left out, and why")
    parts: Mapped[Codes] = mapped_column(comment="which parts of the case go with it")
    exhibits: Mapped[Numbers] = mapped_column(comment="numbers of the exhibits that go with it")
    salt: Mapped[str] = mapped_column(String(32), comment="another with every change: no digest comes back")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the content: an approval binds it")
    author_id: Mapped[AccountId] = mapped_column(comment="who wrote the content as it stands")
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    drafted_at: Mapped[datetime]
    state: Mapped[Code] = mapped_column(comment="written by take_step alone")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    urgent_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"), comment="who handed it over alone")
    review_due_at: Mapped[datetime | None] = mapped_column(comment="until when another lead reviews that")
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    handed_at: Mapped[datetime | None]
    bundle_sha256: Mapped[str | None] = mapped_column(String(64), comment="of the file that was handed over")
    bundle_size: Mapped[int | None] = mapped_column(comment="bytes")

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}


class ReferralApproval(Base):
    """One lead's yes to one exact content."""

    __tablename__ = "referral_approval"
    __table_args__ = (
        CheckConstraint("account_id <> asked_by", name="another_person"),
        Index(
            "uq_referral_approval", "referral_id", "account_id", unique=True, sqlite_where=COUNTS,
            postgresql_where=COUNTS,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    digest: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[AccountId]
    asked_by: Mapped[AccountId]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(comment="the content was changed or sent back: it is void")


class ReferralNote(Base):
    """What somebody wrote with a step of a referral. Erasable: its history holds a salted commitment."""

    __tablename__ = "referral_note"
    __table_args__ = (one_of("kind", NOTE_KINDS), Index("ix_referral_note_referral", "referral_id", "seq"))

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    kind: Mapped[Code]
    body: Mapped[Long]
    salt: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int] = mapped_column(comment="the event of the referral's history it belongs to")
    account_id: Mapped[AccountId]
    at: Mapped[datetime]
