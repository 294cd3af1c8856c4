"""Whether a promise was broken: dispatch, delivery, tracking. A claim that comes before its day waits for it."""

from collections.abc import Iterator
from datetime import datetime

from disputes.policies.anchors import event_of
from disputes.policies.duration import Duration, Kind, due, end_of_day
from disputes.policies.facts import Facts, Line
from disputes.policies.goods import context
from disputes.policies.parts_time import Promise
from disputes.policies.schema import Pack
from disputes.policies.standing import Value
from disputes.policies.suspension import moved
from disputes.policies.verdict import Result, Verdict, by_rule, silent
from disputes.text import N_, Text

_ABOUT = ("item_not_received", "late")


def promises(pack: Pack, facts: Facts, at: datetime) -> Iterator[Verdict]:
    """A verdict `promise:<name>` for each promise that holds for these lines: `pass` says that it was broken."""
    if facts.asks != "promise" and facts.reason not in _ABOUT:
        return
    for name, rule in pack.promises.items():
        held = [line for line in facts.lines if rule.when is None or rule.when.holds(context(facts, line)) is not False]
        if held:
            verdicts = [_judge(f"promise:{name}", rule, pack, facts, line, at) for line in held]
            # One broken promise is enough to complain.
            yield next((v for v in verdicts if v.result is Result.PASS), verdicts[0])


def _judge(name: str, rule: Promise, pack: Pack, facts: Facts, line: Line, at: datetime) -> Verdict:
    if rule.latest.value is None:
        return _without_figure(name, rule, pack, facts, line)
    end, by = _end(rule, rule.latest.value, pack, facts, line)
    if end is None:
        return by_rule(name, Result.UNDETERMINED, N_("When this was promised for cannot be worked out yet."), by)
    happened = event_of(rule.what, pack, facts, line)
    if (happened or at) > end:
        soft = rule.latest.strength != "hard" and by is rule.latest
        result = Result.UNDETERMINED if soft else Result.PASS
        text = (
            N_("This was promised for an earlier time. A person will look at it.")
            if soft
            else N_("This was promised for an earlier time.")
        )
        return by_rule(name, result, text, by, rule.latest, until=None, code="late", due=end.isoformat())
    missing = _places_missing(rule, facts) if happened else ()
    if missing and rule.places:
        text = N_("It is not in every place it was promised for.")
        return by_rule(name, Result.PASS, text, rule.places, code="place_missing", missing=list(missing))
    if happened:
        return by_rule(name, Result.FAIL, N_("The promise was kept."), by, code="kept", due=end.isoformat())
    text = N_("The time promised for this has not passed yet.")
    return by_rule(name, Result.FAIL, text, by, rule.latest, code="premature", wake_at=end.isoformat())


def _without_figure(name: str, rule: Promise, pack: Pack, facts: Facts, line: Line) -> Verdict:
    """A promise without a figure: kept when it has happened, else a person's matter."""
    if event_of(rule.what, pack, facts, line):
        return by_rule(name, Result.FAIL, N_("The promise was kept."), rule.latest, code="kept")
    return silent(name, Text(N_("The shop promises this without saying by when.")), rule.latest)


def _end(
    rule: Promise, latest: Duration, pack: Pack, facts: Facts, line: Line
) -> tuple[datetime | None, Value[Duration] | Value[bool]]:
    """The last moment in time, and the value it rests on."""
    if rule.date_on_order and line.promised_dispatch:
        return end_of_day(line.promised_dispatch, pack.zone), rule.date_on_order
    start = event_of(rule.anchor, pack, facts, line)
    if rule.plus_method_days:
        if facts.method_days is None or latest.kind is not Kind.BUSINESS:
            return None, rule.latest
        latest = Duration.business(int(latest.text.split()[0]) + facts.method_days)
    if start is None:
        return None, rule.latest
    end = due(start, latest, pack.zone, pack.calendar.works)
    return (moved(pack, facts, start, end) if rule.suspended else end), rule.latest


def _places_missing(rule: Promise, facts: Facts) -> tuple[str, ...]:
    wanted = rule.places.value or () if rule.places else ()
    given = facts.tracking_places
    return () if given is None else tuple(place for place in wanted if place not in given)
