"""What is said about each clause of the shops' documents is so."""

import importlib.util
import json
from pathlib import Path

import pytest

from disputes.commands.policy_coverage import places
from disputes.policies.coverage import count, read_coverage
from tests.policies.cases.reading import rows

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CLAUSES = {
    clause["id"]: clause for file in HERE.glob("clauses/*.json") for clause in json.loads(file.read_text("utf-8"))
}
COVERED = {one.clause: one for one in read_coverage()}
RULES = sorted(clause for clause, one in COVERED.items() if one.state == "rule")
TEST_PACKS = "".join(file.read_text("utf-8") for file in HERE.glob("packs/*.toml"))
CITED = set(places()) | {clause for clause in CLAUSES if f'"{clause}"' in TEST_PACKS}
CASES = {row.clause for row in rows()}


def test_every_clause_is_there_once_and_nothing_else():
    assert len(CLAUSES) == 286
    assert set(COVERED) == set(CLAUSES)
    assert sum(count(COVERED.values()).values()) == 286


def test_a_clause_in_two_states_is_refused(tmp_path):
    (tmp_path / "twice.toml").write_text('[rule]\nP-1 = ""\n[planned]\nP-1 = "later"\n', "utf-8")
    with pytest.raises(ValueError, match="P-1 is both rule and planned"):
        read_coverage(tmp_path / "twice.toml")


@pytest.mark.parametrize("clause", RULES)
def test_a_rule_stands_in_a_pack_and_is_tested(clause):
    named = [ROOT / test for test in COVERED[clause].tests]
    assert named and all(file.is_file() for file in named)
    if named == [HERE / "test_clauses.py"]:
        assert clause in CASES
    assert clause in CITED


@pytest.mark.parametrize("one", [one for one in COVERED.values() if one.state == "system"], ids=lambda one: one.clause)
def test_what_the_system_makes_true_names_modules_and_tests_that_are_there(one):
    assert one.by and one.tests
    assert all(importlib.util.find_spec(module) for module in one.by)
    assert all((ROOT / test).is_file() for test in one.tests)


@pytest.mark.parametrize("one", [one for one in COVERED.values() if one.state in ("planned", "outside")], ids=str)
def test_what_is_not_there_says_what_is_missing(one):
    assert one.note.endswith(".") and not one.by and not one.tests


def test_every_rule_with_both_examples_has_at_least_two_rows():
    told = [row.clause for row in rows()]
    both = [name for name, clause in CLAUSES.items() if clause.get("example_granted") and clause.get("example_refused")]
    assert [clause for clause in both if clause in RULES and told.count(clause) < 2] == []
