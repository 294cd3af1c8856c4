"""Propose rules and publish them. Every function begins with the admins' lock and asks again whether its actor still
is one."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from disputes.auth import rights
from disputes.db import db
from disputes.effects.house import lock_root
from disputes.effects.rules_moves import NOTICE, digest_of, note
from disputes.effects.unit import Actor
from disputes.effects.words import Words
from disputes.explain.show import changes
from disputes.models import PublishedRules
from disputes.policies.errors import PackError
from disputes.policies.parts import Meta
from disputes.policies.schema import Pack
from disputes.rules import checked, registry
from disputes.steps import take_step
from disputes.text import N_, Text
from disputes.workflows.core import Refused
from disputes.workflows.published_rules import PUBLISHED_RULES
from disputes.workflows.roles import ADMIN

UNFIT = Text(N_("These rules cannot be published as they stand any more: %(why)s"))
NAME = "rules"  # what a text is called in messages before it has a place


@dataclass(frozen=True)
class Draft:
    """A text that is in order. No pack: a common part that is no shop's."""

    text: str
    meta: Meta
    pack: Pack | None
    note: str

    @property
    def begins_at(self) -> datetime:
        """When its first day begins in the shop's zone; in UTC where it has none."""
        zone = self.pack.zone if self.pack else ZoneInfo("UTC")
        return datetime.combine(self.meta.effective_from, time.min, zone).astimezone(UTC)

    def changes(self) -> list[str]:
        """What becomes different from the version in force, or the latest, as lines that begin with - and +."""
        before = before_of(self.meta)
        return list(changes(before, self.pack)) if before and self.pack else []


def before_of(meta: Meta) -> Pack | None:
    """The version that these rules would take the place of."""
    known = [p for p in registry(newest=True).all() if p.meta.id == meta.id]
    earlier = [p for p in known if p.meta.effective_from < meta.effective_from]
    return next(iter(earlier[::-1]), None)


def draft(text: str, day: date, why: str, *, now: datetime) -> Draft:
    """Read and check a text; PackError with every fault."""
    text = text.replace("\r\n", "\n")
    meta, pack = registry(newest=True).draft(NAME, text)
    if pack is not None:
        checked(pack)
    made = Draft(text, meta, pack, why.strip())
    faults = []
    if meta.effective_from != day:
        faults.append(f"{NAME}: meta.effective_from: the text says {meta.effective_from}, the form says {day}")
    if made.begins_at < now + NOTICE:
        faults.append(f"{NAME}: meta.effective_from: {meta.effective_from} has begun there; take tomorrow or later")
    if faults:
        raise PackError(faults)
    return made


def propose(by: int, made: Draft, *, now: datetime) -> PublishedRules:
    """Put a text before another admin. IntegrityError when such a version or day is proposed already."""
    rights.as_admin(by)
    record = PublishedRules(state=PUBLISHED_RULES.begin.dest, salt="", answer="", version=1)
    _fill(record, by, made, now)
    db.session.add(record)
    db.session.flush()
    begin = PUBLISHED_RULES.begin
    note(record, begin, Actor(by, ADMIN), now=now, received_at=now, source=None, details={})
    return record


def edit(by: int, rules_id: int, made: Draft, *, seen: int, now: datetime) -> None:
    """Another text: what was read before can no longer be approved."""
    record = _locked(by, rules_id)
    _fill(record, by, made, now)
    take_step(record, "edit", Actor(by, ADMIN), now=now, received_at=now, seen_version=seen)


def publish(by: int, rules_id: int, *, digest: str, now: datetime) -> None:
    """Publish exactly the text of that digest. Refused for whoever proposed it, and when it does not fit any more."""
    record = _locked(by, rules_id)
    try:
        again = registry(newest=True).draft(NAME, record.text)[1] if record.state == "proposed" else None
        if again is not None:
            checked(again)
    except PackError as broken:
        raise Refused(Text(UNFIT.msgid, {"why": str(broken)})) from None
    record.approved_by, record.published_at = by, now
    take_step(record, "publish", Actor(by, ADMIN), now=now, received_at=now, details={"digest": digest})


def send_back(by: int, rules_id: int, words: str, *, seen: int, now: datetime) -> None:
    """Not like this, and why."""
    record = _locked(by, rules_id)
    typed = Words.typed(words)
    record.answer, record.salt = typed.body, typed.salt
    told = {"words": typed.commitment}
    take_step(record, "send_back", Actor(by, ADMIN), now=now, received_at=now, seen_version=seen, details=told)


def withdraw(by: int, rules_id: int, *, seen: int, now: datetime) -> None:
    """Let it be."""
    record = _locked(by, rules_id)
    take_step(record, "withdraw", Actor(by, ADMIN), now=now, received_at=now, seen_version=seen)


def _fill(record: PublishedRules, by: int, made: Draft, now: datetime) -> None:
    record.rules, record.number, record.text = made.meta.id, made.meta.version, made.text
    record.effective_from, record.begins_at, record.note = made.meta.effective_from, made.begins_at, made.note
    record.proposed_by, record.proposed_at, record.changed_at = by, now, now
    record.digest = digest_of(record)


def _locked(by: int, rules_id: int) -> PublishedRules:
    rights.as_admin(by)
    record = lock_root(PublishedRules, rules_id)
    assert record is not None, "its page was there"
    return record


def differences(record: PublishedRules) -> list[str]:
    """What a proposed text would change, as Draft says it; nothing once it is published. PackError as draft."""
    if not PUBLISHED_RULES.by_name[record.state].open:
        return []
    meta, pack = registry(newest=True).draft(NAME, record.text)
    return Draft(record.text, meta, pack, record.note).changes()
