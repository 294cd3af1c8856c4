"""The shops' rules this installation knows: those that come with the house and those its admins published, checked
against the tables of steps."""

import time
from dataclasses import dataclass
from functools import cache

from flask import current_app, has_app_context
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import PublishedRules
from disputes.policies.load import PACKS, Registry, check
from disputes.policies.schema import Pack
from disputes.policies.statutes import Law, read_laws
from disputes.workflows.case import CASE
from disputes.workflows.core import SAME
from disputes.workflows.roles import PEOPLE

EVERY = 60  # seconds a process may go on without asking whether rules were published
PUBLISHED = "published"


@dataclass(frozen=True)
class _Known:
    """What a process has loaded: from how many published texts, and when it last asked (monotonic seconds)."""

    registry: Registry
    count: int
    asked: float


@cache
def laws() -> tuple[Law, ...]:
    """The law above the packs; PackError when its data is not in order."""
    return read_laws()


@cache
def house() -> Registry:
    """The packs that come with the house; PackError when one names a clock or a step that the case table lacks."""
    known = Registry()
    known.load_dir(PACKS)
    for pack in known.all():
        checked(pack)
    return known


def registry(*, newest: bool = False) -> Registry:
    """All packs. With the application it asks at least once a minute for what was published since, and at once where
    the `newest` matter; without it, these are the packs of the house."""
    if not has_app_context():
        return house()
    known: _Known | None = current_app.extensions.get("disputes_rules")
    if known is None or newest or time.monotonic() - known.asked >= EVERY:
        known = current_app.extensions["disputes_rules"] = _look(known)
    return known.registry


def _look(known: _Known | None) -> _Known:
    """Published texts never change and never go, so that their number tells whether there are new ones."""
    published = PublishedRules.state == PUBLISHED
    count = db.session.scalar(select(func.count()).where(published)) or 0
    if known is not None and known.count == count:
        return _Known(known.registry, count, time.monotonic())
    rows = db.session.scalars(select(PublishedRules).where(published).order_by(PublishedRules.id)).all()
    whole = house().with_texts((f"{row.rules}@{row.number}", row.text) for row in rows)
    return _Known(whole, len(rows), time.monotonic())


def version(pack_id: str, number: str) -> Pack | None:
    """One exact version, as a case has pinned it: another process may know of it before this one does."""
    return registry().get(pack_id, number) or registry(newest=True).get(pack_id, number)


def checked(pack: Pack) -> Pack:
    """A pack whose clocks pull only steps they may take, and that switches off only steps of people, never the last."""
    expiry = {clock.name: frozenset(clock.may_pull) for clock in CASE.clocks}
    by_people = [step for step in CASE.steps if set(step.by) & set(PEOPLE)]
    ways_out: dict[str, set[str]] = {}
    for step in by_people:
        for state in step.source if step.dest != SAME else ():
            if state != step.dest:
                ways_out.setdefault(state, set()).add(step.trigger)
    check(
        pack,
        clock_names=frozenset(expiry) | {"desk_target", "appeal_window"},
        expiry_steps=expiry,
        may_be_off=frozenset(step.trigger for step in by_people),
        ways_out=ways_out,
    )
    return pack
