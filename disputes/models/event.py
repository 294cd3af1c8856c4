"""Histories: hash chains, append-only (a trigger refuses UPDATE and DELETE). A case has one, and so have accounts,
sellers and shops."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from disputes.db import Base

from .columns import CaseId, Id, Json, one_of

# What has a history beside the cases.
ROOTS = ("account", "seller", "shop", "referral", "published_rules", "payment", "screening")


class Happened:
    """What histories hold: ids, codes and amounts. What people typed lives in tables that can be erased."""

    id: Mapped[Id]
    seq: Mapped[int]
    record: Mapped[str] = mapped_column(String(20), comment="what it happened to: a workflow's record, a role, ...")
    trigger: Mapped[str] = mapped_column(String(40))
    source: Mapped[str | None] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    on_behalf_of: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    received_at: Mapped[datetime] = mapped_column(comment="when what caused it reached us")
    details: Mapped[Json]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Event(Happened, Base):
    """One step in a case."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    case_id: Mapped[CaseId]
    record_id: Mapped[int]
    dest: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(comment="the shop's domain time")


class HouseEvent(Happened, Base):
    """One thing that happened to an account, a seller, a shop: roles, limits, switches, restrictions."""

    __tablename__ = "house_event"
    __table_args__ = (
        one_of("root", ROOTS),
        UniqueConstraint("root", "root_id", "seq"),
        Index("ix_house_event_shop", "shop_id", "id"),
    )

    root: Mapped[str] = mapped_column(String(20))
    root_id: Mapped[str] = mapped_column(String(40), comment="id of the root's row, as text")
    shop_id: Mapped[str | None] = mapped_column(ForeignKey("shop.id"), comment="NULL: of the whole installation")
    record_id: Mapped[int | None] = mapped_column(comment="NULL: the root itself")
    dest: Mapped[str | None] = mapped_column(String(40), comment="NULL: nothing that has states")
    at: Mapped[datetime] = mapped_column(comment="domain time of the shop for what has states, else real time")
