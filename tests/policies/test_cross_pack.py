"""The same facts, another file, another answer: the cells of the cross-pack table these two packs can already fill."""

import pytest

from disputes.policies.clocks import clock_rule
from disputes.policies.evaluate import evaluate
from disputes.policies.verdict import Result

EXCHANGE = "The time for this has passed. You can still ask for an exchange."
OVER = "The time for this has passed."
SILENT = "The shop's rules set no time limit for this."


@pytest.mark.parametrize(
    ("reason", "at", "third", "words"),
    [
        ("changed_mind", "2026-03-07T10:00", Result.PASS, "You are in time."),
        ("changed_mind", "2026-03-14T10:00", Result.FAIL, EXCHANGE),
        ("not_as_described", "2026-03-14T10:00", Result.FAIL, EXCHANGE),
        ("not_as_described", "2026-03-22T10:00", Result.FAIL, OVER),
        ("changed_mind", "2026-03-30T10:00", Result.FAIL, OVER),
    ],
)
def test_windows_follow_the_file(third_party, auction, filing, china, reason, at, third, words):
    facts = filing(reason)
    here, there = evaluate(third_party, facts, china(at))[0], evaluate(auction, facts, china(at))[0]
    assert (here.result, str(here.reason)) == (third, words)
    assert (there.result, str(there.reason)) == (Result.NOT_STATED, SILENT)


def test_on_day_five_a_change_of_mind_costs_the_buyer_the_freight_in_one_shop_only(third_party, auction, filing, china):
    at = china("2026-03-07T10:00")
    assert evaluate(third_party, filing(), at)[-1].payer == {"way_back": "buyer"}
    assert evaluate(auction, filing(), at)[-1].payer == {}


def test_cancelling_the_same_day_is_an_outcome_in_one_shop_and_not_stated_in_the_other(
    third_party, auction, filing, china
):
    facts, at = filing("order_change", "cancellation", parcels=()), china("2026-02-26T11:00")
    assert evaluate(third_party, facts, at)[1].result is Result.NOT_STATED
    assert evaluate(auction, facts, at)[1].clauses == ("CAT-26",)


def test_30_silent_hours_are_a_breach_in_one_shop_and_nothing_in_the_other(third_party, auction, china):
    start, now = china("2026-03-02T10:00"), china("2026-03-03T16:00")
    assert clock_rule(third_party, "seller_response", "changed_mind").due(start, third_party.zone) < now
    assert clock_rule(auction, "seller_response", "changed_mind") is None
