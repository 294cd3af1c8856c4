"""The facts of a filing, and their hash."""

from datetime import UTC

import pytest
from pydantic import ValidationError

from disputes.policies.facts import Facts


def test_facts_survive_storing(filing):
    facts = filing("not_as_described", sub_reason="defective", proofs=("video",), buyer_country="CN")
    assert Facts.from_dict(facts.as_dict()) == facts


def test_the_hash_follows_from_the_facts_and_not_from_how_a_moment_was_written(filing):
    facts = filing()
    elsewhere = facts.model_copy(update={"placed_at": facts.placed_at.astimezone(UTC)})
    assert Facts.from_dict(facts.as_dict()).facts_hash() == facts.facts_hash() == elsewhere.facts_hash()


def test_other_facts_have_another_hash(filing):
    assert filing("late").facts_hash() != filing("changed_mind").facts_hash()


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "no_such_reason"},
        {"sub_reason": "defective"},  # belongs to another reason
        {"proofs": ["no_such_proof"]},
        {"lines": []},
        {"placed_at": "2026-03-02T10:00:00"},
        {"unknown": 1},
    ],
)
def test_facts_that_cannot_be_are_refused(filing, change):
    with pytest.raises(ValidationError):
        Facts.from_dict(filing().as_dict() | change)
