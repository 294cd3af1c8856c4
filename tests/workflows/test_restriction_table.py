"""The table of restrictions: every state, step and role is tried."""

from itertools import product

import pytest

from disputes.workflows.core import Refused, View
from disputes.workflows.restriction import IN_FORCE, RESTRICTION, UNTOLD, RestrictionFacts
from disputes.workflows.roles import CLOCK, LEAD, MACHINES, PEOPLE, REVIEWER, SELLER

ROLES = (*PEOPLE, *MACHINES)
LETS = {"begin": {"starts": True}, "end": {"over": True}}


@pytest.mark.parametrize("state", RESTRICTION.state_names)
def test_only_what_the_table_lists_can_happen(state: str) -> None:
    for trigger, role in product(RESTRICTION.by_trigger, ROLES):
        view = View(role, RestrictionFacts(actor_id=1, **LETS.get(trigger, {})))
        step = next((s for s in RESTRICTION.steps if s.trigger == trigger and state in s.source), None)
        if step is not None and role in step.by:
            assert RESTRICTION.fire(trigger, state, view) == (step, RESTRICTION.dest_of(step, state))
        else:
            with pytest.raises(Refused):
                RESTRICTION.fire(trigger, state, view)


@pytest.mark.parametrize("trigger", ("uphold", "vary", "overturn"))
def test_nobody_answers_an_appeal_against_what_they_decided_or_about_themselves(trigger: str) -> None:
    for facts in (RestrictionFacts(actor_id=1, decided_by=frozenset({1, 2})), RestrictionFacts(conflicted=True)):
        for role in (REVIEWER, LEAD):
            with pytest.raises(Refused):
                RESTRICTION.fire(trigger, "appealed", View(role, facts))


def test_a_lead_of_its_own_subject_does_not_lift_it() -> None:
    with pytest.raises(Refused, match="someone else"):
        RESTRICTION.fire("lift", "in_force", View(LEAD, RestrictionFacts(conflicted=True)))


def test_an_appeal_comes_once() -> None:
    with pytest.raises(Refused, match="already appealed"):
        RESTRICTION.fire("appeal", "in_force", View(SELLER, RestrictionFacts(appealed=True)))


def test_it_begins_once_and_ends_when_its_time_has_come() -> None:
    for facts, trigger in (
        (RestrictionFacts(starts=False), "begin"),
        (RestrictionFacts(starts=True, begun=True), "begin"),
        (RestrictionFacts(over=False), "end"),
    ):
        with pytest.raises(Refused):
            RESTRICTION.fire(trigger, "in_force", View(CLOCK, facts))


def test_what_its_subject_never_heard_of_holds_nobody() -> None:
    assert not set(UNTOLD) & set(IN_FORCE)
