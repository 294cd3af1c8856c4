"""Remedy, proof and who pays, and the short answer they sum up to."""

import pytest

from disputes.policies.evaluate import NAMES, evaluate, summary
from disputes.policies.standing import Standing
from disputes.policies.verdict import Result, Verdict
from disputes.text import Text


@pytest.fixture
def answer(filing, china):
    """`answer(pack, name, **filing)`: that verdict on the day after receipt."""

    def ask(pack, name, *args, **more):
        return {v.name: v for v in evaluate(pack, filing(*args, **more), china("2026-03-03T10:00"))}[name]

    return ask


def test_every_name_is_answered_once_and_in_order(third_party, filing, china):
    given = evaluate(third_party, filing(), china("2026-03-03T10:00"))
    assert tuple(v.name for v in given) == (*NAMES, "condition")
    assert given[-1].result is Result.UNDETERMINED  # nobody has seen the goods


def test_the_outcomes_a_platform_names_can_be_wished_for(auction, answer):
    clauses = {"partial_refund": "CAT-24", "full_refund": "CAT-25", "cancellation": "CAT-26"}
    for wish, clause in clauses.items():
        verdict = answer(auction, "remedy", "item_not_received", wish)
        assert (verdict.result, verdict.clauses) == (Result.PASS, (clause,))


@pytest.mark.parametrize("wish", ["partial_refund", "cancellation"])
def test_a_remedy_the_document_is_silent_about_goes_to_a_person(third_party, answer, wish):
    verdict = answer(third_party, "remedy", "item_not_received", wish)
    assert (verdict.result, verdict.clauses, verdict.standing) == (Result.NOT_STATED, (), Standing.NOT_STATED)


def test_a_remedy_the_pack_refuses_is_shut_unless_the_refusal_is_soft(packs, answer):
    for strength, result in (("hard", Result.FAIL), ("soft", Result.UNDETERMINED)):
        rule = f'full_refund = {{ value = false, source = ["X-1"], status = "stated", strength = "{strength}" }}'
        pack = packs(shop=f"[remedies]\n{rule}\n").get("shop", "1.0.0")
        assert answer(pack, "remedy").result is result


def test_proof_is_asked_for_and_any_of_the_list_will_do(third_party, answer):
    without = answer(third_party, "evidence", "not_as_described")
    assert without.result is Result.UNDETERMINED and without.clauses == ("JDC-18",) and "video" in without.proof
    assert answer(third_party, "evidence", "not_as_described", proofs=("video",)).result is Result.PASS


def test_missing_proof_does_not_shut_filing(third_party, filing, china):
    assert summary(evaluate(third_party, filing("not_as_described"), china("2026-03-03T10:00"))).result is Result.PASS


def test_a_silent_shop_asks_for_no_proof_but_the_house_says_what_helps(auction, answer):
    assert answer(auction, "evidence", "not_as_described").result is Result.NOT_STATED
    helpful = answer(auction, "helpful", "not_as_described")
    assert helpful.proof and helpful.standing is Standing.OPERATOR and helpful.clauses == ()


def test_the_buyer_pays_the_way_back_after_a_change_of_mind(third_party, answer):
    verdict = answer(third_party, "way_back", "changed_mind")
    assert verdict.payer == {"way_back": "buyer"} and "JDT-03" in verdict.clauses


def test_the_platform_and_not_the_seller_pays_for_other_reasons(third_party, answer):
    verdict = answer(third_party, "way_back", "not_as_described")
    assert verdict.payer == {"way_back": "platform"} and verdict.clauses == ("JDT-03",)


def test_nobody_is_named_where_the_document_is_silent(auction, answer):
    verdict = answer(auction, "way_back", "not_as_described")
    assert (verdict.result, verdict.payer) == (Result.NOT_STATED, {})


@pytest.mark.parametrize(
    ("reason", "wish", "sub"),
    [
        ("item_not_received", "full_refund", None),
        ("counterfeit", "full_refund", None),
        ("not_as_described", "partial_refund", None),
        ("not_as_described", "full_refund", "missing_parts"),
    ],
)
def test_nothing_is_said_about_costs_where_nothing_goes_back(third_party, answer, reason, wish, sub):
    verdict = answer(third_party, "way_back", reason, wish, sub_reason=sub)
    assert verdict.payer == {} and str(verdict.reason) == "Nothing has to be sent back."


def test_without_a_version_in_force_everything_is_undetermined(filing, china):
    verdicts = evaluate(None, filing(), china("2026-03-03T10:00"))
    assert {v.result for v in verdicts} == {Result.UNDETERMINED} and not summary(verdicts).shut


def test_a_moment_without_a_zone_is_refused(third_party, filing, china):
    with pytest.raises(ValueError):
        evaluate(third_party, filing(), china("2026-03-03T10:00").replace(tzinfo=None))


def test_only_a_fail_shuts_filing_and_the_least_certain_answer_is_the_answer():
    def verdicts(window, remedy):
        return [Verdict("window", window, Text("")), Verdict("remedy", remedy, Text(""))]

    assert summary(verdicts(Result.PASS, Result.FAIL)).shut
    for one, other, both in (
        (Result.PASS, Result.PASS, Result.PASS),
        (Result.PASS, Result.NOT_STATED, Result.NOT_STATED),
        (Result.NOT_STATED, Result.UNDETERMINED, Result.UNDETERMINED),
    ):
        short = summary(verdicts(one, other))
        assert short.result is both and not short.shut


def test_the_summary_names_what_made_it_and_the_last_moment(third_party, filing, china):
    short = summary(evaluate(third_party, filing(), china("2026-03-12T10:00")))
    assert [v.name for v in short.because] == ["window"]
    assert short.holds_until and short.holds_until < china("2026-03-10T00:00")


def test_a_verdict_survives_storing(third_party, filing, china):
    for verdict in evaluate(third_party, filing("not_as_described"), china("2026-03-03T10:00")):
        assert Verdict.from_dict(verdict.as_dict()) == verdict
