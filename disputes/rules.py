"""The shops' rules this installation knows, loaded once and checked against the tables of steps."""

from functools import cache

from disputes.policies.load import PACKS, Registry, check
from disputes.policies.schema import Pack
from disputes.workflows.case import CASE
from disputes.workflows.roles import PEOPLE


@cache
def registry() -> Registry:
    """All packs; PackError when one names a clock or a step that the case table does not have."""
    known = Registry()
    known.load_dir(PACKS)
    for pack in known.all():
        checked(pack)
    return known


def checked(pack: Pack) -> Pack:
    """A pack whose clocks pull only steps they may take, and that switches off only steps of people."""
    expiry = {clock.name: frozenset(clock.may_pull) for clock in CASE.clocks}
    may_be_off = frozenset(step.trigger for step in CASE.steps if set(step.by) & set(PEOPLE))
    check(
        pack,
        clock_names=frozenset(expiry) | {"desk_target", "appeal_window"},
        expiry_steps=expiry,
        may_be_off=may_be_off,
    )
    return pack
