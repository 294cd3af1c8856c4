"""docs/orders.md names every tag the law knows, and each tag and attribute it explains does what it says."""

import re

from disputes.policies.facts import Line
from disputes.policies.statutes import read_laws
from disputes.policies.told import NOT_SEEN, NOTICE, SEEN, told_of_line
from disputes.settings import ROOT
from tests.cast import utc

TEXT = (ROOT / "docs" / "orders.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`]+)`", TEXT))


def test_every_tag_and_notice_of_the_law_is_named():
    exceptions = [without for law in read_laws() for right in law.rights.values() for without in right.exceptions]
    assert {tag for without in exceptions for tag in without.tags} <= NAMED
    assert {NOTICE + without.notice for without in exceptions if without.notice} <= NAMED


def test_the_examples_tell_the_rules_something():
    tags = [name for name in NAMED if name.startswith((SEEN, NOT_SEEN)) and not name.endswith("…")]
    promised = {
        name: "2028-03-01"
        for name in NAMED
        if (name.startswith(NOTICE) and "…" not in name) or name == "warranty_until"
    }
    line = Line(ref="1", **told_of_line(tags, promised, utc(2026, 3, 1)))
    assert len(line.signs) == len(tags) == 2 and len(line.notices) == 2 and line.warranty_until
