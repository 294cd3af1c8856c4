"""One step of proposed shop rules: decided under the admins' lock, noted in the rules' own history."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from disputes.db import db
from disputes.models import Grant, PublishedRules, Shop
from disputes.moment import moment
from disputes.rules import EVERY
from disputes.workflows.core import Refused, Step, View
from disputes.workflows.published_rules import PUBLISHED_RULES, RulesFacts
from disputes.workflows.roles import ADMIN

from . import house
from .house_moves import GONE, STALE
from .unit import Actor, stepping

# What is published must reach every process before it holds: each looks once every `EVERY`.
NOTICE = 5 * timedelta(seconds=EVERY)


def take(
    record: PublishedRules, trigger: str, actor: Actor, now: datetime, received_at: datetime, seen: int | None,
    details: dict[str, Any],
) -> tuple[Step, int]:  # fmt: skip
    """One step on rules that are locked; the step, and its number in their history. `details` of a publishing say
    which digest was read."""
    admin = select(Grant.id).where(Grant.account_id == (actor.id or 0), Grant.role == ADMIN)
    if db.session.scalar(admin) is None:
        raise Refused(GONE)
    if seen is not None and seen != record.version:
        raise Refused(STALE)
    facts = RulesFacts(
        actor.id, record.proposed_by, whole=digest_of(record) == record.digest,
        as_read=details.get("digest", record.digest) == record.digest, in_time=in_time(record, received_at),
    )  # fmt: skip
    source = record.state
    step, record.state = PUBLISHED_RULES.fire(trigger, source, View(actor.role, facts))
    record.version, record.changed_at = record.version + 1, now
    with stepping():
        seq = note(record, step, actor, now=now, received_at=received_at, source=source, details=details)
    return step, seq


def note(
    record: PublishedRules, step: Step, actor: Actor, *, now: datetime, received_at: datetime, source: str | None,
    details: dict[str, Any],
) -> int:  # fmt: skip
    """Write a step into the history of the rules it was taken on."""
    told = {"rules": record.rules, "number": record.number, "effective_from": record.effective_from.isoformat()}
    return house.note(
        record, step.trigger, actor, at=now, received_at=received_at, shop_id=None, source=source, dest=record.state,
        details={**told, **details, "digest": record.digest},
    )  # fmt: skip


def digest_of(record: PublishedRules) -> str:
    """SHA-256 of what an approval binds: the text, its day and the note."""
    fields = [record.rules, record.number, record.text, record.effective_from.isoformat(), record.note]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def in_time(record: PublishedRules, at: datetime) -> bool:
    """Whether its first day is still ahead, in the time of every shop that follows it."""
    shops = db.session.scalars(select(Shop).where(Shop.pack == record.rules))
    return record.begins_at >= max((at, *(moment(shop, at) for shop in shops))) + NOTICE
