"""docs/facts.md names every field and every word the rules read."""

import json
import re

import pytest

from disputes.explain.facts import KINDS, facts_of, order_of
from disputes.policies.contacting import Wanted
from disputes.policies.content import Message
from disputes.policies.events import EVENTS
from disputes.policies.facts import BoughtPlan, Charge, Facts, Line, Parcel
from disputes.policies.proofs import PROOFS
from disputes.policies.reasons import REASONS
from disputes.policies.signs import SIGNS
from disputes.policies.verdict import Verdict
from disputes.settings import ROOT

TEXT = (ROOT / "docs" / "facts.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)))
OF_THE_ORDER = {"unit_price_minor", "delivered_at", "dispatched_at", "signed_at"}  # docs/orders.md has them


@pytest.mark.parametrize("model", [Facts, Line, Parcel, Charge, BoughtPlan, Message, Wanted], ids=lambda m: m.__name__)
def test_every_field_is_named(model):
    assert set(model.model_fields) - NAMED - OF_THE_ORDER == set()


@pytest.mark.parametrize(
    "words", [KINDS, EVENTS, SIGNS, PROOFS, REASONS], ids=["kinds", "events", "signs", "proofs", "reasons"]
)
def test_every_word_is_named(words):
    assert set(words) - NAMED == set()


def test_every_field_of_a_verdict_is_named():
    assert set(Verdict.__dataclass_fields__) - NAMED == set()


def test_the_example_is_one():
    given = json.loads(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])
    assert facts_of(order_of(given), given["request"]).asks == "refund"
