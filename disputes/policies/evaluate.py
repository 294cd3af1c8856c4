"""Pack + facts + moment -> verdicts. Pure: no clock, no database, the same answer every time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from disputes.policies.answers import evidence, helpful, remedy, way_back
from disputes.policies.facts import Facts
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict
from disputes.policies.windows import window_verdict
from disputes.text import N_, Text

NAMES = ("window", "remedy", "evidence", "helpful", "way_back")

# The questions whose answer is "may I"; the others say what it takes and who pays.
_MAY_I = ("window", "remedy")


def evaluate(pack: Pack | None, facts: Facts, at: datetime) -> tuple[Verdict, ...]:
    """What the pack says about filing this at an aware moment, one verdict per name of `NAMES`.

    `pack` is the version in force at purchase; None, when there was none, leaves everything undetermined.
    """
    if at.tzinfo is None:
        raise ValueError("a naive moment has no place in a calendar")
    if pack is None:
        nothing = Text(N_("No version of the shop's rules was in force then. A person will check it."))
        return tuple(Verdict(name, Result.UNDETERMINED, nothing) for name in NAMES)
    return (
        window_verdict(pack, facts, at),
        remedy(pack, facts),
        evidence(pack, facts),
        helpful(pack, facts),
        way_back(pack, facts),
    )


@dataclass(frozen=True)
class Summary:
    """The short answer to "may I": one result, the verdicts that made it, and the last moment it holds."""

    result: Result
    because: tuple[Verdict, ...]
    holds_until: datetime | None

    @property
    def shut(self) -> bool:
        """Whether filing is shut; only a hard fail does that."""
        return self.result is Result.FAIL


def summary(verdicts: Iterable[Verdict]) -> Summary:
    """Sum up what decides on filing: a fail shuts it, what is undetermined or not stated goes to a person."""
    deciding = [verdict for verdict in verdicts if verdict.name in _MAY_I]
    for result in (Result.FAIL, Result.UNDETERMINED, Result.NOT_STATED, Result.PASS):
        because = tuple(verdict for verdict in deciding if verdict.result is result)
        if because:
            break
    until = min((verdict.holds_until for verdict in deciding if verdict.holds_until), default=None)
    return Summary(result, because, until)
