"""The table of payments to check: every state, step and role is tried."""

from itertools import product

import pytest

from disputes.workflows.core import Refused, View
from disputes.workflows.roles import CLOCK, LEAD, MACHINES, PEOPLE, REVIEWER, SYSTEM
from disputes.workflows.screening import RETURNING, SCREENING, THEN, ScreeningFacts

LETS = {"return_again": {"failed": True, "all_back": False}, "lapse": {"over": True}, "stay_paid": {"owes": False}}


@pytest.mark.parametrize("state", SCREENING.state_names)
def test_only_what_the_table_lists_can_happen(state: str) -> None:
    for trigger, role in product(SCREENING.by_trigger, (*PEOPLE, *MACHINES)):
        view = View(role, ScreeningFacts(**LETS.get(trigger, {})))
        step = next((s for s in SCREENING.steps if s.trigger == trigger and state in s.source), None)
        if step is not None and role in step.by:
            assert SCREENING.fire(trigger, state, view) == (step, SCREENING.dest_of(step, state))
        else:
            with pytest.raises(Refused):
                SCREENING.fire(trigger, state, view)


@pytest.mark.parametrize("trigger", ("accept", "ask_invoice", "decline"))
def test_nobody_decides_about_their_own_order(trigger: str) -> None:
    for role in (REVIEWER, LEAD):
        with pytest.raises(Refused, match="someone else"):
            SCREENING.fire(trigger, "waiting", View(role, ScreeningFacts(conflicted=True)))


def test_no_invoice_where_the_rules_know_none_or_one_was_paid() -> None:
    for facts in (ScreeningFacts(by_invoice=False), ScreeningFacts(invoice_paid=True)):
        with pytest.raises(Refused):
            SCREENING.fire("ask_invoice", "waiting", View(REVIEWER, facts))


@pytest.mark.parametrize("state", RETURNING)
def test_nothing_follows_while_money_is_on_its_way(state: str) -> None:
    for trigger, owes in product(THEN[state], (True, False)):
        with pytest.raises(Refused):
            SCREENING.fire(trigger, state, View(SYSTEM, ScreeningFacts(all_back=False, owes=owes)))


def test_no_invoice_asks_for_nothing() -> None:
    with pytest.raises(Refused):
        SCREENING.fire("send_invoice", "invoice_asked", View(SYSTEM, ScreeningFacts(owes=False)))


def test_an_invoice_does_not_lapse_before_its_time() -> None:
    with pytest.raises(Refused):
        SCREENING.fire("lapse", "invoice_sent", View(CLOCK, ScreeningFacts(over=False)))
