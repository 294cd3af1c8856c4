"""How long an actor took, or may still take, from one event to the next: a verdict for each limit that has begun."""

from collections.abc import Iterator
from datetime import datetime

from disputes.policies.anchors import event_of
from disputes.policies.clocks import clock_rule
from disputes.policies.duration import Duration, due
from disputes.policies.facts import Facts
from disputes.policies.parts_time import Timer
from disputes.policies.schema import Pack
from disputes.policies.standing import Value
from disputes.policies.suspension import moved
from disputes.policies.verdict import Result, Verdict, by_rule, silent
from disputes.text import N_, Text

# What starts and ends the case's own limit on the seller, in the words of events.
_SELLER = ("submitted", ("seller_opinion", "decided"))


def timers(pack: Pack, facts: Facts, at: datetime) -> Iterator[Verdict]:
    """A verdict `timer:<name>` for each limit whose first event is known: `fail` is a breach, `holds_until` the end."""
    for name, timer in pack.timers.items():
        start = _event(timer.start, pack, facts)
        if start and start <= at:
            limit, target = _lengths(timer, facts)
            done = _event(timer.stop, pack, facts)
            yield _judge(f"timer:{name}", timer, limit, target, pack, facts, start, done, at)
    yield from _seller(pack, facts, at)


def _event(name: str, pack: Pack, facts: Facts) -> datetime | None:
    return event_of(name, pack, facts, facts.lines[0])


def _lengths(timer: Timer, facts: Facts) -> tuple[Value[Duration], Value[Duration] | None]:
    categories = {line.category for line in facts.lines}
    for other in timer.override:
        if facts.reason in other.reason or categories & set(other.category):
            return other.limit, other.target
    return timer.limit, timer.target


def _judge(
    name: str, timer: Timer, limit: Value[Duration], target: Value[Duration] | None,
    pack: Pack, facts: Facts, start: datetime, done: datetime | None, at: datetime,
) -> Verdict:  # fmt: skip
    if limit.value is None:
        return silent(name, Text(N_("The shop's rules do not say how long this may take.")), limit)
    end = due(start, limit.value, pack.zone, pack.calendar.works)
    if timer.suspended and timer.suspended.value:
        end = moved(pack, facts, start, end)
    warned = None
    if target and target.value:
        warned = (done or at) > due(start, target.value, pack.zone, pack.calendar.works)
    code = _code(done, end, at)
    extra = {} if warned is None else {"target_missed": warned}
    rules = (limit, target, timer.suspended)
    text = _TEXTS[code]
    result = _result(code, limit.strength)
    return by_rule(name, result, text, *rules, until=end, code=code, actor=timer.actor, **extra)


_TEXTS = {
    "met": N_("This was done in time."),
    "running": N_("There is still time for this."),
    "breach": N_("This took longer than the shop's rules allow."),
}


def _code(done: datetime | None, end: datetime, at: datetime) -> str:
    if done and done <= at:
        return "met" if done <= end else "breach"
    return "running" if at <= end else "breach"


def _result(code: str, strength: str) -> Result:
    if code != "breach":
        return Result.PASS
    # "Normally" and "should" are reported; nobody loses anything by them.
    return Result.FAIL if strength == "hard" else Result.UNDETERMINED


def _seller(pack: Pack, facts: Facts, at: datetime) -> Iterator[Verdict]:
    rule, start = clock_rule(pack, "seller_response", facts), facts.events.get(_SELLER[0])
    if rule is None or start is None or start > at:
        return
    done = min((facts.events[name] for name in _SELLER[1] if name in facts.events), default=None)
    end = rule.due(start, pack.zone)
    code = _code(done, end, at)
    warn = rule.warn_at(start, pack.zone)
    details = {"code": code, "actor": rule.actor} | ({"target_missed": (done or at) > warn} if warn else {})
    yield Verdict(
        "timer:seller_response", _result(code, "hard"), Text(_TEXTS[code]), rule.clauses, end,
        standing=rule.standing, details=details,
    )  # fmt: skip
