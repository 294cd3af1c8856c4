"""How long somebody may stay silent."""

from datetime import timedelta

import pytest

from disputes.policies.clocks import clock_rule
from disputes.policies.standing import Standing

SECOND = timedelta(seconds=1)


def test_a_seller_has_48_hours_also_over_a_weekend(third_party, china):
    rule = clock_rule(third_party, "seller_response", "not_as_described")
    end = rule.due(china("2026-03-06T18:00"), third_party.zone)  # a Friday
    assert china("2026-03-08T18:00:00") <= end < china("2026-03-08T18:00:01")
    assert (rule.clauses, rule.standing, rule.actor) == (("JDT-16",), Standing.STATED, "seller")


def test_a_change_of_mind_leaves_the_seller_24_hours(third_party, china, filing):
    rule = clock_rule(third_party, "seller_response", filing("changed_mind"))
    end = rule.due(china("2026-03-02T10:00"), third_party.zone)
    assert china("2026-03-03T10:00:00") <= end < china("2026-03-03T10:00:01")
    assert rule.clauses == ("JDT-17",)


@pytest.mark.parametrize(("reason", "warned"), [("late", "2026-03-03T10:00"), ("changed_mind", "2026-03-02T22:00")])
def test_the_reminder_comes_before_the_end_and_after_the_start(third_party, china, reason, warned):
    rule = clock_rule(third_party, "seller_response", reason)
    assert rule.warn_at(china("2026-03-02T10:00"), third_party.zone) == china(warned)


def test_what_silence_does_is_the_operators_choice_and_shown_as_such(third_party):
    rule = clock_rule(third_party, "seller_response", "late")
    assert (rule.on_expiry, rule.expiry_standing) == ("seller_silent", Standing.OPERATOR)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("offer_answer", "offer_unanswered"),
        ("info_answer", "lapse"),
        ("undo_drop", "drop_final"),
        ("closing", "close"),
        ("desk_target", None),
    ],
)
def test_the_other_limits_are_the_operators(third_party, name, step):
    rule = clock_rule(third_party, name)
    assert (rule.on_expiry, rule.standing, rule.clauses) == (step, Standing.OPERATOR, ())


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("seller_response", "2026-03-04T10:00:00"),
        ("offer_answer", "2026-03-05T10:00:00"),
        ("info_answer", "2026-03-04T10:00:00"),
        ("undo_drop", "2026-03-03T10:00:00"),
        ("desk_target", "2026-03-03T10:00:00"),
    ],
)
def test_hour_limits_are_met_at_the_last_second_and_missed_one_later(third_party, china, name, last):
    end = clock_rule(third_party, name, "late").due(china("2026-03-02T10:00"), third_party.zone)
    assert china(last) - SECOND < end and china(last) <= end
    assert not china(last) + SECOND <= end


def test_a_case_closes_at_the_end_of_the_seventh_day(third_party, china):
    end = clock_rule(third_party, "closing").due(china("2026-03-02T10:00"), third_party.zone)
    assert china("2026-03-09T23:59:59") <= end < china("2026-03-10T00:00")


@pytest.mark.parametrize("name", ["seller_response", "offer_answer", "info_answer", "no_such_clock"])
def test_where_the_document_names_no_deadline_silence_never_runs_out(auction, name):
    assert clock_rule(auction, name, "changed_mind") is None


def test_housekeeping_runs_there_all_the_same_as_the_operators_setting(auction, holland):
    for name in ("undo_drop", "closing", "desk_target"):
        assert clock_rule(auction, name).standing is Standing.OPERATOR
    start = holland("2026-10-24T18:00")  # the clocks go back that night
    assert clock_rule(auction, "undo_drop").due(start, auction.zone) == holland("2026-10-25T17:00")


def test_a_limit_that_is_not_stated_is_no_clock(packs):
    silent = '[clocks.offer_answer]\nactor = "party"\nlimit = { status = "not_stated" }\n'
    assert clock_rule(packs(shop=silent).get("shop", "1.0.0"), "offer_answer") is None


def test_a_clock_without_a_warning_never_warns(third_party, china):
    assert clock_rule(third_party, "undo_drop").warn_at(china("2026-03-02T10:00"), third_party.zone) is None
