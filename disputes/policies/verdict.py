"""What the rules say about a filing: one answer per question, with its clauses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from disputes.policies.standing import Standing, Value
from disputes.text import N_, Text


class Result(StrEnum):
    """`undetermined` and `not_stated` never grant or deny: they send the matter to a person."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNDETERMINED = "undetermined"
    NOT_STATED = "not_stated"


RESULT_LABELS = {
    Result.PASS: N_("You can"),
    Result.FAIL: N_("You can't"),
    Result.UNDETERMINED: N_("We need to check"),
    Result.NOT_STATED: N_("The shop's rules don't say"),
}


@dataclass(frozen=True)
class Verdict:
    """One answer. `holds_until` is its last moment (UTC), also when that has passed; `payer` is cost line -> party.

    `details` is what a machine may want besides: codes, amounts in minor units, moments; JSON values only."""

    name: str
    result: Result
    reason: Text
    clauses: tuple[str, ...] = ()
    holds_until: datetime | None = None
    proof: tuple[str, ...] = ()
    payer: Mapping[str, str] = field(default_factory=dict, hash=False)
    standing: Standing = Standing.NOT_STATED
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def as_dict(self) -> dict[str, Any]:
        """For storing as JSON."""
        return {
            "name": self.name,
            "result": self.result.value,
            "reason": self.reason.as_dict(),
            "clauses": list(self.clauses),
            "holds_until": self.holds_until.isoformat() if self.holds_until else None,
            "proof": list(self.proof),
            "payer": dict(self.payer),
            "standing": self.standing.value,
            "details": dict(self.details),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Verdict":
        """The inverse of `as_dict`."""
        until = stored["holds_until"]
        return cls(
            name=stored["name"],
            result=Result(stored["result"]),
            reason=Text.from_dict(stored["reason"]),
            clauses=tuple(stored["clauses"]),
            holds_until=datetime.fromisoformat(until) if until else None,
            proof=tuple(stored["proof"]),
            payer=dict(stored["payer"]),
            standing=Standing(stored["standing"]),
            details=dict(stored.get("details", {})),
        )


def by_rule(
    name: str,
    result: Result,
    text: str | Text,
    *rules: Value[Any] | None,
    until: datetime | None = None,
    **details: Any,
) -> Verdict:
    """An answer that rests on these values: it cites all their clauses and has the standing of the first."""
    given = [rule for rule in rules if rule is not None]
    clauses = tuple(dict.fromkeys(clause for rule in given for clause in rule.source))
    standing = given[0].status if given else Standing.OPERATOR
    payer = details.pop("payer", {})
    words = Text(text) if isinstance(text, str) else text
    return Verdict(name, result, words, clauses, until, payer=payer, standing=standing, details=details)


def silent(name: str, text: Text, rule: Value[Any] | None) -> Verdict:
    """Silence is shown as silence, with whatever clause promises something without a figure."""
    if rule is None:
        return Verdict(name, Result.NOT_STATED, text)
    return Verdict(name, Result.NOT_STATED, text, rule.source, standing=rule.status)
