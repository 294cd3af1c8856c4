"""Other rules for a category, a brand or a product, and floors that nobody may undercut."""

import pytest

from disputes.policies.evaluate import evaluate
from disputes.policies.facts import Line
from disputes.policies.load import PackError

RULES = """
[windows.refund]
changed_mind = { value = "P7D", anchor = "purchase", source = ["P-1"], status = "stated", statutory = true }

[[overrides]]
categories = ["jewellery"]
[overrides.rules.windows.refund]
not_as_described = { value = "P3D", anchor = "purchase", source = ["P-2"], status = "stated" }

[[overrides]]
brands = ["Corvane"]
[overrides.rules.windows.refund]
not_as_described = { value = "P5D", anchor = "purchase", source = ["P-3"], status = "stated" }

[[overrides]]
products = ["C-1"]
bought_from = 2026-03-01
[overrides.rules.windows.refund]
not_as_described = { value = "P9D", anchor = "purchase", source = ["P-4"], status = "stated" }
"""


@pytest.fixture
def until(packs, filing, china):
    """`until(*lines)`: the clause and the last day in which these goods could come back."""
    pack = packs(shop=RULES).get("shop", "1.0.0")

    def ask(*lines, placed="2026-03-02T10:00"):
        facts = filing("not_as_described", lines=lines).model_copy(update={"placed_at": china(placed)})
        verdict = evaluate(pack, facts, china("2026-03-04T10:00"))[0]
        return verdict.clauses, verdict.holds_until and verdict.holds_until.astimezone(pack.zone).day

    return ask


def test_goods_without_rules_of_their_own_stand_under_the_packs(until):
    assert until(Line(ref="1", category="home")) == ((), None)


def test_a_products_rule_goes_over_its_brands_and_a_brands_over_its_categorys(until):
    assert until(Line(ref="1", category="jewellery")) == (("P-2",), 5)
    assert until(Line(ref="1", category="jewellery", brand="Corvane")) == (("P-3",), 7)
    assert until(Line(ref="1", category="jewellery", brand="Corvane", product="C-1")) == (("P-4",), 11)


def test_what_was_bought_before_a_rule_began_is_not_under_it(until):
    assert until(Line(ref="1", product="C-1"), placed="2026-02-28T10:00") == ((), None)


def test_of_several_lines_the_worst_answer_counts_and_the_first_end(until):
    assert until(Line(ref="1", category="jewellery"), Line(ref="2", brand="Corvane"))[1] == 5


@pytest.mark.parametrize(
    ("window", "refused"),
    [
        ('{ value = "P5D", anchor = "purchase", source = ["P-9"], status = "stated" }', True),
        ('{ value = "P7D", anchor = "dispatch", source = ["P-9"], status = "stated" }', True),
        ('{ status = "not_stated" }', True),
        ('{ value = "P15D", anchor = "purchase", source = ["P-9"], status = "stated" }', False),
    ],
)
def test_a_statutory_window_can_be_made_longer_and_never_worse(packs, window, refused):
    child = (
        '[meta]\nid = "child"\nversion = "1.0.0"\nname = "Child"\neffective_from = 2026-01-01\nextends = "shop@1.0.0"\n'
    )
    texts = {"shop": RULES, "child": f"{child}[windows.refund]\nchanged_mind = {window}\n"}
    if not refused:
        assert packs(**texts).get("child", "1.0.0")
        return
    with pytest.raises(PackError, match=r"child\.toml: windows\.refund\.changed_mind: the parent's P7D is statutory"):
        packs(**texts)


def test_an_override_cannot_undercut_a_floor_either(packs):
    rule = '[[overrides]]\nbrands = ["X"]\n[overrides.rules.windows.refund]\nchanged_mind = { status = "not_stated" }\n'
    with pytest.raises(
        PackError, match=r"shop\.toml: overrides\.3\.rules\.windows\.refund\.changed_mind: the parent's"
    ):
        packs(shop=RULES + rule)


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("[[overrides]]\n[overrides.rules]\n", "names categories, brands or products"),
        ('[[overrides]]\nbrands = ["X"]\n[overrides.rules.locale]\n', "locale cannot differ by goods"),
        ('[[overrides]]\nbrands = ["X"]\n[overrides.rules.windws]\n', "windws: unknown key; did you mean 'windows'"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(packs, rule, complaint):
    with pytest.raises(PackError, match=complaint):
        packs(shop=rule)
