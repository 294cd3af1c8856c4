"""May I, and until when: the window of a request, over all lines of a filing."""

from datetime import date, datetime

from disputes.policies.anchors import anchor_of, begun
from disputes.policies.duration import due, end_of_day
from disputes.policies.facts import Facts, Line
from disputes.policies.kinds import Request
from disputes.policies.parts import Window
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict, silent
from disputes.text import N_, Text

# What a request that came too late can still turn into.
_STILL_OPEN: dict[Request, str] = {
    "exchange": N_("The time for this has passed. You can still ask for an exchange."),
    "repair": N_("The time for this has passed. You can still ask for a repair."),
}

WORST = (Result.FAIL, Result.UNDETERMINED, Result.PASS)


def window_verdict(pack: Pack, facts: Facts, at: datetime) -> Verdict:
    """The verdict `window`. Where lines differ the worst one counts, and `holds_until` is the first end."""
    asked = facts.asks
    window = pack.window(asked, facts.reason) if asked else None
    if asked is None or window is None or window.value is None:
        return silent("window", Text(N_("The shop's rules set no time limit for this.")), window)
    result, until = judge(window, pack, facts, at)
    reason, more = _reason(result, asked, pack, facts, at)
    clauses = tuple(dict.fromkeys((*window.source, *more)))
    by_warranty = window.warranty and any(_warranty_end(line) for line in facts.lines)
    details = {"length": str(window.value), "anchor": None if by_warranty else window.anchor}
    return Verdict("window", result, reason, clauses, until, standing=window.status, details=details)


def judge(window: Window, pack: Pack, facts: Facts, at: datetime) -> tuple[Result, datetime | None]:
    """Whether it is in time, and the window's last moment, over all lines."""
    ends = [last_moment(window, pack, facts, line) for line in facts.lines]
    known = [end for end in ends if end]
    counts = at if window.event == "filed" else facts.events.get(window.event)
    results = {_in_time(window, end, counts) for end in ends}
    return next(result for result in WORST if result in results), min(known, default=None)


def last_moment(window: Window, pack: Pack, facts: Facts, line: Line) -> datetime | None:
    """The last moment of a line's window (UTC); None while its start is not known."""
    own = _warranty_end(line) if window.warranty else None
    if own:
        return end_of_day(own, pack.zone)
    if window.anchor is None or window.value is None:
        return None
    start = anchor_of(window.anchor, pack, facts, line)
    if start is None:
        return None
    end = due(start, window.value, pack.zone, pack.calendar.works, count_start_day=window.count_start_day)
    stop = begun(window.stops_at, pack, facts, line) if window.stops_at else None
    return min(end, stop) if stop else end


def _warranty_end(line: Line) -> date | None:
    bought = [plan.until for plan in line.plans if plan.kind == "extended_warranty"]
    return max([line.warranty_until, *bought]) if line.warranty_until else max(bought, default=None)


def _in_time(window: Window, end: datetime | None, counts: datetime | None) -> Result:
    if end is None or counts is None:
        return Result.UNDETERMINED
    if counts <= end:
        return Result.PASS
    # "Usually" and "should" open a review; they never shut a door.
    return Result.FAIL if window.strength == "hard" else Result.UNDETERMINED


def _reason(result: Result, asked: Request, pack: Pack, facts: Facts, at: datetime) -> tuple[Text, tuple[str, ...]]:
    if result is Result.PASS:
        return Text(N_("You are in time.")), ()
    if result is Result.UNDETERMINED:
        finding = pack.anchors.receipt.source if pack.anchors else ()
        return Text(N_("The time limit cannot be worked out yet. A person will check it.")), finding
    late = pack.ladder.late.source if pack.ladder.late else ()
    for other, words in _STILL_OPEN.items():
        window = pack.window(other, facts.reason)
        if other == asked or window is None or window.value is None:
            continue
        if judge(window, pack, facts, at)[0] is Result.PASS:
            return Text(words), (*window.source, *late)
    return Text(N_("The time for this has passed.")), late
