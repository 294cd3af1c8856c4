"""The table of reasons hangs together."""

import pytest

from disputes.policies.proofs import PROOFS
from disputes.policies.reasons import REASONS, WISH_LABELS, Wish


@pytest.mark.parametrize("reason", REASONS.values(), ids=list(REASONS))
def test_a_reason_has_words_sub_reasons_wishes_and_known_proofs(reason):
    assert reason.label and reason.wishes
    assert reason.subs and len({sub.code for sub in reason.subs}) == len(reason.subs)
    assert {"buyer", "seller"} >= set(reason.asks)
    assert set(PROOFS) >= {proof for proofs in reason.asks.values() for proof in proofs}


def test_what_is_dangerous_or_criminal_goes_straight_to_the_platform():
    straight = {reason.code for reason in REASONS.values() if reason.straight}
    assert straight == {"counterfeit", "unauthorised_payment", "unsafe_or_illegal", "conduct"}


def test_a_fake_is_not_sent_back():
    assert not REASONS["counterfeit"].sends_goods_back("signs_of_fake", Wish.FULL_REFUND)


def test_goods_go_back_only_for_the_whole_money():
    reason = REASONS["not_as_described"]
    assert reason.sends_goods_back("defective", Wish.FULL_REFUND)
    assert not reason.sends_goods_back("defective", Wish.PARTIAL_REFUND)
    assert not reason.sends_goods_back("missing_parts", Wish.FULL_REFUND)


def test_every_wish_has_a_label():
    assert set(WISH_LABELS) == set(Wish)
