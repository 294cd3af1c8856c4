"""Shop rules that admins publish beside those that come with the house, each with a history of its own."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base
from disputes.workflows.published_rules import PUBLISHED_RULES

from .columns import AccountId, Chained, Code, Id, Long, PublicId, one_of

TAKEN = text("state IN ('proposed', 'published')")


class PublishedRules(Chained, Base):
    """One version of one set of rules, as TOML text. Its digest is what an approval binds; published, no row changes
    any more: a trigger refuses it."""

    __tablename__ = "published_rules"
    __table_args__ = (
        one_of("state", PUBLISHED_RULES.state_names),
        CheckConstraint("(state = 'published') = (approved_by IS NOT NULL)", name="published_with_approval"),
        CheckConstraint("(approved_by IS NULL) = (published_at IS NULL)", name="approved_with_time"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="another_person"),
        Index(
            "uq_published_rules_version", "rules", "number", unique=True, sqlite_where=TAKEN, postgresql_where=TAKEN
        ),
        Index(
            "uq_published_rules_day", "rules", "effective_from", unique=True, sqlite_where=TAKEN,
            postgresql_where=TAKEN,
        ),
    )  # fmt: skip

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    rules: Mapped[str] = mapped_column(String(40), comment="id of the set of rules")
    number: Mapped[str] = mapped_column(String(20), comment="its version, e.g. 1.2.0")
    text: Mapped[Long] = mapped_column(comment="TOML, as it was approved")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of text, day and note: an approval binds it")
    effective_from: Mapped[date] = mapped_column(comment="the first day it holds, in the shop's zone")
    begins_at: Mapped[datetime] = mapped_column(comment="when that day begins")
    note: Mapped[Long] = mapped_column(comment="why, for whoever approves it")
    proposed_by: Mapped[AccountId] = mapped_column(comment="who wrote the text as it stands")
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]
    answer: Mapped[Long] = mapped_column(default="", comment="why it was sent back")
    salt: Mapped[str] = mapped_column(String(32), default="", comment="of the answer's commitment")
    state: Mapped[Code] = mapped_column(comment="written by take_step alone")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
