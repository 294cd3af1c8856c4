"""What the rules' answers speak for: never more than they say."""

from datetime import timedelta

import pytest

from disputes.policies.evaluate import evaluate
from disputes.policies.reasons import Wish
from disputes.policies.recommend import recommend
from disputes.policies.statutes import read_laws
from disputes.policies.verdict import Result

LAWS = read_laws()


@pytest.fixture
def told(house, filing, china):
    """`told(pack_id, reason, wish, day=..., **filing)`: the recommendation for a filing on a day of March 2026."""

    def ask(pack_id: str, reason="changed_mind", wish="full_refund", day="2026-03-05", laws=LAWS, **more):
        facts = filing(reason, wish, **more)
        verdicts = evaluate(house.get(pack_id, "1.0.0"), facts, china(f"{day}T12:00"), laws)
        return recommend(verdicts, Wish(wish), reason)

    return ask


def names(verdicts):
    return [verdict.name for verdict in verdicts]


def test_in_time_and_granted_the_rules_speak_for_it_and_name_their_clauses(told):
    spoken = told("jd_self")
    assert (spoken.speaks, str(spoken.headline)) == ("for", "The rules speak for a full refund.")
    assert names(spoken.because) == ["window", "remedy", "way_back"]
    assert "JDS-02" in spoken.because[0].clauses and spoken.because[2].payer == {"way_back": "buyer"}
    assert "condition" in names(spoken.unknown)  # nobody has seen the goods
    assert not spoken.claimed


def test_what_only_the_buyer_says_is_not_taken_for_true(told):
    assert told("jd_3p", "not_as_described").claimed


def test_too_late_the_rules_speak_against_it_and_say_which(told):
    spoken = told("jd_3p", day="2026-04-20")
    assert spoken.speaks == "against" and names(spoken.because) == ["window"]
    assert str(spoken.headline) == "The rules speak against a full refund."


@pytest.mark.parametrize("wish", ["full_refund", "partial_refund", "cancellation"])
def test_silence_speaks_for_nothing_and_against_nothing(told, wish):
    spoken = told("imalent", "not_as_described", wish)
    assert (spoken.speaks, spoken.because) == ("open", ()) and "window" in names(spoken.unknown)


def test_a_day_of_receipt_that_nobody_knows_decides_nothing(told):
    spoken = told("jd_3p", parcels=())
    assert (spoken.speaks, spoken.because) == ("open", ()) and "window" in names(spoken.unknown)


def test_a_place_of_purchase_that_nobody_knows_leaves_it_open(told):
    assert told("jabra").speaks == "open"
    assert told("jabra", channel="own_store").speaks == "for"


def test_whoever_belongs_elsewhere_is_neither_granted_nor_refused_anything(told):
    spoken = told("jabra", channel="amazon")
    assert spoken.speaks == "open" and names(spoken.because) == ["channel"]


def test_the_law_speaks_where_the_shop_refuses_or_is_silent(told):
    for pack, day in (("jd_3p", "2026-03-14"), ("catawiki", "2026-03-05")):
        spoken = told(pack, day=day, seller_is_trader=True, buyer_country="NL")
        assert spoken.speaks == "for" and names(spoken.because) == ["law:withdrawal"]
        assert str(spoken.headline).startswith("The law speaks for a full refund")


def test_a_law_that_may_give_it_leaves_a_refusal_open(told):
    assert told("jd_3p", day="2026-03-14", buyer_country="NL").speaks == "open"  # trader or not: not known


def test_whoever_asks_for_an_answer_is_granted_nothing(told):
    assert told("jd_3p", "question", "answer").speaks == "open"


def test_nothing_unknown_ever_carries_it(house, filing, china):
    for pack in house.all():
        for reason in ("changed_mind", "not_as_described", "item_not_received", "late", "counterfeit"):
            for days in range(0, 60, 7):
                facts = filing(reason, seller_is_trader=None, buyer_country="DE")
                given = evaluate(pack, facts, china("2026-03-02T16:00") + timedelta(days=days), LAWS)
                spoken = recommend(given, Wish.FULL_REFUND, reason)
                assert {v.result for v in spoken.because} <= {Result.PASS, Result.FAIL}
                assert (spoken.speaks == "open") or spoken.because
