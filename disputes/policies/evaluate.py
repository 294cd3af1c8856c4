"""Pack + facts + moment -> verdicts. Pure: no clock, no database, the same answer every time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from disputes.policies.amounts import amount
from disputes.policies.answers import evidence, helpful, remedy, way_back
from disputes.policies.charges import charge, payment
from disputes.policies.expenses import extras
from disputes.policies.facts import Facts
from disputes.policies.goods import condition, ground
from disputes.policies.intake import intake, tier
from disputes.policies.lawful import by_law
from disputes.policies.promises import promises
from disputes.policies.remedies import choices, exchange, last_resort, repair
from disputes.policies.schema import Pack
from disputes.policies.scope import address, channel, order_number
from disputes.policies.stages import stage
from disputes.policies.statutes import Law
from disputes.policies.timers import timers
from disputes.policies.variants import by_goods
from disputes.policies.verdict import Result, Verdict
from disputes.policies.windows import window_verdict
from disputes.text import N_, Text

# Asked about every filing.
NAMES = ("window", "remedy", "evidence", "helpful", "way_back")

# Questions that only some filings raise. A hard "no" to one of them shuts filing too; an open one is told.
DOORS = ("channel", "stage", "address", "condition", "exchange")

# The questions whose answer is "may I"; the others say what it takes and who pays.
_MAY_I = ("window", "remedy")

_WORST = (Result.FAIL, Result.UNDETERMINED, Result.NOT_STATED, Result.PASS)


def evaluate(pack: Pack | None, facts: Facts, at: datetime, laws: Sequence[Law] = ()) -> tuple[Verdict, ...]:
    """What the pack says about filing this at an aware moment: one verdict per name of `NAMES`, and every door
    that is shut or that a person must look at.

    `pack` is the version in force at purchase; None, when there was none, leaves everything undetermined. What the
    `laws` give comes last.
    """
    if at.tzinfo is None:
        raise ValueError("a naive moment has no place in a calendar")
    if pack is None:
        nothing = Text(N_("No version of the shop's rules was in force then. A person will check it."))
        return tuple(Verdict(name, Result.UNDETERMINED, nothing) for name in NAMES)
    parts = by_goods(pack, facts)
    own = _worst([(*_asked_always(rules, part, at), *_not_open(rules, part, at)) for rules, part in parts])
    return (*own, *by_law(laws, pack, facts, at))


def every_answer(pack: Pack, facts: Facts, at: datetime, laws: Sequence[Law] = ()) -> tuple[Verdict, ...]:
    """Everything the pack has to say about these facts: `evaluate`, and each further question they raise."""
    if at.tzinfo is None:
        raise ValueError("a naive moment has no place in a calendar")
    own = _worst([tuple(_all(rules, part, at)) for rules, part in by_goods(pack, facts)])
    return (*own, *by_law(laws, pack, facts, at))


def _asked_always(pack: Pack, facts: Facts, at: datetime) -> tuple[Verdict, ...]:
    return (
        window_verdict(pack, facts, at),
        remedy(pack, facts),
        evidence(pack, facts),
        helpful(pack, facts),
        way_back(pack, facts),
    )


def _doors(pack: Pack, facts: Facts, at: datetime) -> Iterator[Verdict]:
    doors = (
        channel(pack, facts),
        stage(pack, facts, at),
        address(pack, facts),
        condition(pack, facts, at),
        exchange(pack, facts),
    )
    yield from (door for door in doors if door)


def _not_open(pack: Pack, facts: Facts, at: datetime) -> Iterator[Verdict]:
    shown = (Result.FAIL, Result.UNDETERMINED)
    yield from (door for door in _doors(pack, facts, at) if door.result in shown)


def _all(pack: Pack, facts: Facts, at: datetime) -> Iterator[Verdict]:
    yield from _asked_always(pack, facts, at)
    yield from _doors(pack, facts, at)
    single = (
        choices(pack, facts, at), repair(pack, facts), last_resort(pack, facts), ground(pack, facts),
        amount(pack, facts), charge(pack, facts), payment(pack, facts), order_number(pack, facts),
        intake(pack, facts), tier(pack, facts),
    )  # fmt: skip
    yield from (verdict for verdict in single if verdict)
    yield from extras(pack, facts, at)
    yield from promises(pack, facts, at)
    yield from timers(pack, facts, at)


def _worst(parts: list[tuple[Verdict, ...]]) -> tuple[Verdict, ...]:
    """Lines under different rules are answered apart; of each question the worst answer counts, until the first end."""
    if len(parts) == 1:
        return parts[0]
    found: dict[str, Verdict] = {}
    for verdict in (verdict for part in parts for verdict in part):
        other = found.setdefault(verdict.name, verdict)
        worse = min(other, verdict, key=lambda v: _WORST.index(v.result))
        ends = [v.holds_until for v in (other, verdict) if v.holds_until]
        found[verdict.name] = replace(worse, holds_until=min(ends, default=None))
    return tuple(found.values())


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
    given = tuple(verdicts)
    shut = [verdict for verdict in given if verdict.name in DOORS and verdict.result is Result.FAIL]
    deciding = [verdict for verdict in given if verdict.name in _MAY_I] + shut
    for result in _WORST:
        because = tuple(verdict for verdict in deciding if verdict.result is result)
        if because:
            break
    until = min((verdict.holds_until for verdict in deciding if verdict.holds_until), default=None)
    return _lifted(given, because) or Summary(result, because, until)


# What a shop may refuse by its own rules, and the law may give all the same. A redirect is no refusal.
_LIFTED = ("window", "remedy", "condition", "exchange")


def _lifted(given: Sequence[Verdict], because: Sequence[Verdict]) -> Summary | None:
    """The law's answer in place of the shop's refusal, where it gives, or may give, what the shop does not."""
    if not because or any(v.result is not Result.FAIL or v.name not in _LIFTED for v in because):
        return None
    for result in (Result.PASS, Result.UNDETERMINED):
        rights = tuple(v for v in given if v.name.startswith("law:") and v.result is result)
        if rights:
            return Summary(result, rights, max((v.holds_until for v in rights if v.holds_until), default=None))
    return None
