"""Figures somebody answers for: an exact ratio against its threshold, without rounding."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict, by_rule, silent
from disputes.text import N_, Text


def score(pack: Pack, name: str, counts: Mapping[str, int]) -> Verdict:
    """The verdict `score:<name>`: `pass`, `fail`, or `undetermined` with code `no_data` when nobody answered.

    `counts` has how many gave each answer; only answers of the formula count. What follows a `fail` is in `on_fail`."""
    called, rule = f"score:{name}", pack.scorecards.get(name)
    if rule is None:
        return silent(called, Text(N_("The shop's rules know no such figure.")), None)
    if rule.threshold is None or rule.threshold.value is None:
        return silent(called, Text(N_("This figure is reported; nothing follows from it.")), rule.formula)
    of = sum(counts.get(answer, 0) for answer in rule.of)
    if not of:
        text = N_("Nobody answered, so there is no figure.")
        return by_rule(called, Result.UNDETERMINED, text, rule.formula, code="no_data")
    ratio = Fraction(sum(counts.get(answer, 0) for answer in rule.good), of)
    details: dict[str, Any] = {"ratio": str(ratio), "threshold": rule.threshold.value}
    if ratio >= Fraction(rule.threshold.value):
        text = N_("The figure is as high as it must be.")
        return by_rule(called, Result.PASS, text, rule.threshold, rule.formula, **details)
    details["on_fail"] = rule.on_fail.value if rule.on_fail else None
    text = N_("The figure is too low. What follows is for a person to decide.")
    return by_rule(called, Result.FAIL, text, rule.threshold, rule.formula, rule.on_fail, **details)
