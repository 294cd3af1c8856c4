"""Each clause that is a rule, by both sides: the case tables, asked the way `disputes policy explain` asks."""

import pytest

from disputes.commands.policy import packs_for
from disputes.explain.answers import answer_all
from tests.policies.cases.expecting import met
from tests.policies.cases.reading import Row, rows

ROWS = list(rows())


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_rules_say_what_the_clause_means(row: Row):
    answers = answer_all(lambda placed: packs_for(row.pack, placed), row.facts, row.at).as_dict()
    cited = met(answers["verdicts"], row.expect, row.zone)
    if row.cites:
        assert row.clause in cited, cited
