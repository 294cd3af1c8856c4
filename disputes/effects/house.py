"""The histories of accounts, sellers, shops and referrals: written at once, under the root's lock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select

from disputes.db import db, insert_rows
from disputes.models import Account, HouseEvent, Payment, PublishedRules, Referral, Screening, Seller, Shop

from . import chain
from .unit import Actor

HOUSES: tuple[type[Account] | type[Seller] | type[Shop], ...] = (Account, Seller, Shop)
# Whatever has a chain beside the cases: a referral's is its own, so that the case's history does not tell of it.
Chain = Account | Seller | Shop | Referral | PublishedRules | Payment | Screening
CHAINED: tuple[type[Chain], ...] = (*HOUSES, Referral, PublishedRules, Payment, Screening)
OPERATOR = Actor(None, "operator")  # whoever has the command line
Root = TypeVar("Root", Account, Seller, Shop, PublishedRules, Payment)


def lock_root(table: type[Root], root_id: int | str) -> Root | None:
    """Lock an account, a seller or a shop by its id, before anything is written to its history."""
    query = select(table).where(table.id == root_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def note(
    root: Chain, trigger: str, actor: Actor, *, at: datetime,
    shop_id: str | None, record: str | None = None, record_id: int | None = None, source: str | None = None,
    dest: str | None = None, received_at: datetime | None = None, details: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    """Append one event to a locked root's history; returns its number. `shop_id` None: of the whole installation."""
    name = root.__tablename__
    event = chain.append(
        root,
        {
            "root": name, "root_id": str(root.id), "shop_id": shop_id, "record": record or name, "record_id": record_id,
            "trigger": trigger, "source": source, "dest": dest, "role": actor.role, "actor_id": actor.id,
            "on_behalf_of": actor.on_behalf_of, "at": at, "received_at": received_at or at,
            "details": dict(details or {}),
        },
    )  # fmt: skip
    db.session.flush()
    insert_rows(HouseEvent, [event])
    return root.head_seq
