"""Which rules there are, and which shops follow them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from disputes.db import db
from disputes.models import Account, HouseEvent, PublishedRules, Shop
from disputes.policies.load import PACKS, begins
from disputes.policies.schema import Pack
from disputes.rules import PUBLISHED, registry
from disputes.text import Text
from disputes.workflows.published_rules import PUBLISHED_RULES


@dataclass(frozen=True)
class Version:
    """One version as the list shows it. `until` is its last day; None: until another begins."""

    pack: Pack
    until: date | None
    state: str  # in_force, coming or over


@dataclass(frozen=True)
class RuleSet:
    """All versions of one, the newest first, and who follows it."""

    id: str
    name: str
    versions: tuple[Version, ...]
    shops: tuple[str, ...]


def rule_sets(now: datetime) -> list[RuleSet]:
    """Every set of rules, by name."""
    by_id: dict[str, list[Pack]] = {}
    for pack in registry(newest=True).all():
        by_id.setdefault(pack.meta.id, []).append(pack)
    shops = _shops()
    found = [
        RuleSet(key, packs[-1].meta.name, tuple(_versions(packs, now)), tuple(n for n, of in shops if of == key))
        for key, packs in by_id.items()
    ]
    return sorted(found, key=lambda rules: (rules.name, rules.id))


def version_of(pack: Pack, now: datetime) -> Version:
    """One version among its others."""
    others = [other for other in registry().all() if other.meta.id == pack.meta.id]
    return next(version for version in _versions(others, now) if version.pack is pack)


def shops_of(pack_id: str) -> tuple[str, ...]:
    """The names of the shops that follow these rules."""
    return tuple(name for name, of in _shops() if of == pack_id)


def waiting() -> Sequence[tuple[PublishedRules, str]]:
    """Texts that are not published yet, with the name of whoever proposed each, the latest first."""
    query = (
        select(PublishedRules, Account.name)
        .join(Account, Account.id == PublishedRules.proposed_by)
        .where(PublishedRules.state.in_(PUBLISHED_RULES.open_states))
        .order_by(PublishedRules.id.desc())
    )
    return [(row, name) for row, name in db.session.execute(query)]


def proposal(public_id: str) -> PublishedRules | None:
    """One proposed or published text."""
    return db.session.scalars(select(PublishedRules).where(PublishedRules.public_id == public_id)).one_or_none()


def history(record: PublishedRules) -> list[tuple[datetime, Text]]:
    """What happened to a text, in order."""
    query = (
        select(HouseEvent.at, HouseEvent.trigger, Account.name)
        .join(Account, Account.id == HouseEvent.actor_id)
        .where(HouseEvent.root == PublishedRules.__tablename__, HouseEvent.root_id == str(record.id))
        .order_by(HouseEvent.seq)
    )
    steps = PUBLISHED_RULES.by_trigger
    return [(at, Text(steps[what].story, {"who": {"name": name}})) for at, what, name in db.session.execute(query)]


def text_of(pack: Pack) -> str:
    """The text a version was read from, its parent's not among it."""
    query = select(PublishedRules.text).where(PublishedRules.rules == pack.meta.id)
    published = query.where(PublishedRules.number == pack.meta.version, PublishedRules.state == PUBLISHED)
    found = db.session.scalar(published)
    return found if found is not None else (PACKS / pack.file).read_text("utf-8")


def _shops() -> Sequence[tuple[str, str]]:
    return [(name, of) for name, of in db.session.execute(select(Shop.name, Shop.pack).order_by(Shop.name))]


def _versions(packs: Sequence[Pack], now: datetime) -> list[Version]:
    known = registry()
    made = []
    for at, pack in enumerate(packs):
        following = packs[at + 1].meta.effective_from - timedelta(days=1) if at + 1 < len(packs) else None
        ends = [day for day in (pack.meta.effective_to, following) if day is not None]
        state = "coming" if begins(pack) > now else "in_force" if known.at(pack.meta.id, now) is pack else "over"
        made.append(Version(pack, min(ends, default=None), state))
    return made[::-1]
