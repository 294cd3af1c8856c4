"""The case table itself: every state, step and role is tried, and nothing hangs in the air."""

from itertools import product
from typing import Any

import pytest

from disputes.casefile.words import THEN
from disputes.effects import EFFECTS
from disputes.effects.moves import FOLLOWED
from disputes.rules import registry
from disputes.workflows import WORKFLOWS
from disputes.workflows.case import CASE
from disputes.workflows.case_facts import CaseFacts
from disputes.workflows.core import BENEATH, SAME, Refused, Step, View, Workflow
from disputes.workflows.outcome import OutcomeFacts
from disputes.workflows.roles import BUYER, CLOCK, MACHINES, PEOPLE, SELLER

ROLES = (*PEOPLE, *MACHINES)
OPEN_TO_ALL = {"refundable_minor": 1, "seller_answered": True}

# What must be so for a step's conditions and guards to hold, beside its state and its role.
LETS: dict[str, dict[str, Any]] = {
    "settle_full": {"buyer_asks": "full_refund", "seller_offers": "full_refund"},
    "settle_partial": {"buyer_asks": "partial_refund", "seller_offers": "partial_refund"},
    "settle_cancel": {"buyer_asks": "cancellation", "seller_offers": "cancellation"},
    "refuse": {"last_move": "counter"},
    "reply": {"last_move": "open"},
    "decline_offer": {"seller_offers": "full_refund"},
    **{step.trigger: {"silenced_in": step.dest} for step in CASE.steps if step.trigger.startswith("answer_in_time_")},
    "extend": {"held": True},
    "report_message": {"other_wrote": True},
    "judge_report": {"reported": True},
    "propose": {"draft": "full_refund"},
    "appeal": {"decided_by": frozenset({9})},
    "go_external": {"decided_by": frozenset({9})},
    **{s.trigger: {"stood_in": s.dest} for s in CASE.steps if s.trigger.startswith(("uphold_", "external_result_"))},
    "refer": {"referred": True},
    "ask_second": {"second_why": "over_limit"},
    "return_draft": {"second_why": "over_limit", "second_asked_by": 1},
    "decide_full": {"draft": "full_refund"},
    "decide_partial": {"draft": "partial_refund"},
    "decide_cancel": {"draft": "cancellation"},
    "decide_none": {"draft": "no_remedy"},
    "decide_restrict": {"draft": "account_restriction"},
    "restrict": {"draft": "account_restriction"},
    "top_up": {"draft": "full_refund"},
    **{step.trigger: {"dropped_from": step.dest} for step in CASE.steps if step.trigger.startswith("resume_")},
}


def facts_for(trigger: str, role: str) -> CaseFacts:
    by_role = {"answer": {"question_to": role}, "answer_info": {"asked_side": role}}
    return CaseFacts(**{**OPEN_TO_ALL, **LETS.get(trigger, {}), **by_role.get(trigger, {})})


def row(trigger: str, state: str) -> Step | None:
    return next((step for step in CASE.steps if step.trigger == trigger and state in step.source), None)


@pytest.mark.parametrize("state", CASE.state_names)
def test_only_what_the_table_lists_can_happen(state: str) -> None:
    for trigger, role in product(CASE.by_trigger, ROLES):
        view = View(role, facts_for(trigger, role))
        step = row(trigger, state)
        if step is not None and role in step.by:
            dest = state if step.dest == BENEATH else CASE.dest_of(step, state)
            assert CASE.fire(trigger, state, view) == (step, dest), (state, trigger, role)
        else:
            with pytest.raises(Refused):
                CASE.fire(trigger, state, view)


@pytest.mark.parametrize("trigger", CASE.by_trigger)
def test_a_step_whose_facts_do_not_hold_is_refused_with_a_reason(trigger: str) -> None:
    step = CASE.by_trigger[trigger]
    if not step.when and not step.guards:
        return
    for state, role in product(step.source, step.by):
        conflicted = CaseFacts(conflicted=True, measures_open=1, seller_has_limit=True, referred=trigger != "refer")
        if step.refusal(View(role, conflicted)) is None:
            continue  # e.g. a seller may always ask the platform in
        with pytest.raises(Refused) as refused:
            CASE.fire(trigger, state, View(role, conflicted))
        assert str(refused.value.reason)


def test_a_refused_step_changes_nothing_and_says_why() -> None:
    with pytest.raises(Refused, match="That can't be done now"):
        CASE.fire("close", "opened", View(CLOCK, CaseFacts()))


def test_what_the_shops_rules_switch_off_is_not_there() -> None:
    view = View(BUYER, CaseFacts(seller_answered=True), off=frozenset({"step_in"}))
    assert "step_in" not in {step.trigger for step, _ in CASE.choices("seller_contacted", view)}
    with pytest.raises(Refused):
        CASE.fire("step_in", "seller_contacted", view)


def test_a_shut_step_is_shown_with_its_reason() -> None:
    told = dict(CASE.choices("seller_contacted", View(BUYER, CaseFacts(seller_has_limit=True))))
    reasons = {step.trigger: reason for step, reason in told.items()}
    assert "just been told" in str(reasons["step_in"]) and reasons["drop_case"] is None


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_one_row_per_trigger_and_state(workflow: Workflow) -> None:
    rows = [(step.trigger, state) for step in workflow.steps for state in step.source]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_every_state_effect_record_and_clock_a_step_names_exists(workflow: Workflow) -> None:
    for step in workflow.steps:
        assert set(step.source) <= set(workflow.state_names)
        assert step.dest in (SAME, BENEATH) or step.dest in workflow.state_names
        assert set(step.effects) <= set(EFFECTS)
        assert {opens.clock for opens in step.opens} | set(step.closes) <= set(workflow.clock_specs)
        for follow in step.then:
            known = {"case": "case", "outcome": "outcome", "outcomes": "outcome"}[follow.record]
            assert follow.record in FOLLOWED and follow.trigger in WORKFLOWS[known].by_trigger


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_every_state_can_be_reached_and_every_open_one_left(workflow: Workflow) -> None:
    reached, edge = {workflow.begin.dest}, True
    while edge:
        new = {workflow.dest_of(s, state) for s in workflow.steps for state in s.source if state in reached} - reached
        reached, edge = reached | new, bool(new)
    assert reached - {BENEATH} == set(workflow.state_names)
    for state in workflow.open_states:
        assert any(workflow.dest_of(step, state) != state for step in workflow.by_state[state]), state


def test_what_parties_are_shown_nothing_of_tells_nobody_and_moves_no_limit() -> None:
    for step in CASE.steps:
        if step.private:
            assert not step.tells and not step.opens and not step.closes, step.trigger
        assert step.private or not {*CASE.confidential_names} & {step.dest, *step.source}, step.trigger


def test_a_confidential_state_lies_over_every_other_and_has_no_steps_but_the_one_that_ends_it() -> None:
    for state in CASE.states:
        if state.confidential:
            assert [step.trigger for step in CASE.by_state[state.name]] == ["end_referral"]
            assert not state.clocks and not state.pauses
        else:
            assert "refer" in {step.trigger for step in CASE.by_state[state.name]}


def test_every_clock_pulls_only_steps_the_clock_may_take_from_where_it_runs() -> None:
    for clock in CASE.clocks:
        for trigger in clock.may_pull:
            step = CASE.by_trigger[trigger]
            running = {state.name for state in CASE.states if clock.name in state.clocks}
            assert CLOCK in step.by and set(step.source) <= running and trigger in THEN
            # Where it runs and its step is shut, it must be because another clock of the state leads on.
            assert set(step.source), clock.name


def test_every_clock_a_step_opens_may_run_where_the_step_leads() -> None:
    for step in CASE.steps:
        for opens, state in product(step.opens, step.source):
            assert opens.clock in CASE.by_name[CASE.dest_of(step, state)].clocks, (step.trigger, opens.clock)


def test_no_pack_closes_the_last_way_out() -> None:
    for pack in registry().all():
        for state in CASE.open_states:
            ways = [s for s in CASE.by_state[state] if not pack.is_off(s.trigger) and CASE.dest_of(s, state) != state]
            assert ways, (pack.meta.id, state)


def test_the_shared_machine_holds_no_record() -> None:
    CASE.fire("settle_full", "seller_contacted", View(SELLER, facts_for("settle_full", SELLER)))
    assert CASE.machine.models == []


def test_an_outcome_is_not_finished_before_its_last_part_has_arrived() -> None:
    with pytest.raises(Refused):
        WORKFLOWS["outcome"].fire("finish", "ordered", View("system", OutcomeFacts(parts_open=1)))


def test_every_page_a_step_names_exists(app) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {step.page for step in CASE.steps if step.page} <= endpoints


def test_steps_without_a_page_belong_to_people_who_only_click(app) -> None:
    clicks = {step.trigger for step in CASE.steps if step.page is None and set(step.by) & set(PEOPLE)}
    assert clicks == {"step_in", "stop_waiting", "bypass_seller", "revise"}
