"""The table of goodwill vouchers: every state, step and role is tried."""

from itertools import product

import pytest

from disputes.workflows.core import Refused, View
from disputes.workflows.roles import DESK, LEAD, MACHINES, PEOPLE
from disputes.workflows.voucher import VOUCHER, VoucherFacts

FITS = VoucherFacts(actor_id=2, given_by=1, total_minor=5, limit_minor=5, most_minor=9)
OVER = VoucherFacts(actor_id=2, given_by=1, total_minor=6, limit_minor=5, most_minor=9)
LETS = {"ask_lead": OVER, "approve": OVER}


@pytest.mark.parametrize("state", VOUCHER.state_names)
def test_only_what_the_table_lists_can_happen(state: str) -> None:
    for trigger, role in product(VOUCHER.by_trigger, (*PEOPLE, *MACHINES)):
        view = View(role, LETS.get(trigger, FITS))
        step = next((s for s in VOUCHER.steps if s.trigger == trigger and state in s.source), None)
        if step is not None and role in step.by:
            assert VOUCHER.fire(trigger, state, view) == (step, VOUCHER.dest_of(step, state))
        else:
            with pytest.raises(Refused):
                VOUCHER.fire(trigger, state, view)


def test_nothing_of_it_is_shown_to_the_other_side() -> None:
    assert all(step.private for step in VOUCHER.steps)


@pytest.mark.parametrize("role", DESK)
def test_over_the_limit_nobody_gives_alone(role: str) -> None:
    with pytest.raises(Refused):
        VOUCHER.fire("give", "planned", View(role, OVER))


@pytest.mark.parametrize(
    "facts",
    [
        VoucherFacts(actor_id=1, given_by=1, total_minor=6, limit_minor=5, most_minor=9),  # their own
        VoucherFacts(actor_id=2, given_by=1, total_minor=10, limit_minor=5, most_minor=9),  # too much for two
        VoucherFacts(actor_id=2, given_by=1, total_minor=6, limit_minor=5),  # two may give no more than one
        VoucherFacts(actor_id=2, given_by=1, total_minor=6),  # none are given here
        VoucherFacts(actor_id=2, given_by=1, total_minor=6, limit_minor=5, most_minor=9, conflicted=True),
        VoucherFacts(actor_id=2, given_by=1, total_minor=6, limit_minor=5, most_minor=9, same_currency=False),
    ],
)
def test_what_a_lead_may_not_approve(facts: VoucherFacts) -> None:
    with pytest.raises(Refused):
        VOUCHER.fire("approve", "waiting", View(LEAD, facts))
