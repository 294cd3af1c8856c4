"""May I, and until when: the window of a request, over all lines of a filing."""

from datetime import datetime
from typing import get_args

from disputes.policies.anchors import anchor_of
from disputes.policies.duration import due
from disputes.policies.facts import Facts, Line
from disputes.policies.parts import Request, Window
from disputes.policies.reasons import Wish
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict, silent
from disputes.text import N_, Text

_REQUESTS: dict[Wish, Request] = {
    Wish.FULL_REFUND: "refund",
    Wish.PARTIAL_REFUND: "refund",
    Wish.CANCELLATION: "cancellation",
}

# What a request that came too late can still turn into.
_STILL_OPEN: dict[Request, str] = {
    "exchange": N_("The time for this has passed. You can still ask for an exchange."),
    "repair": N_("The time for this has passed. You can still ask for a repair."),
}

_WORST = (Result.FAIL, Result.UNDETERMINED, Result.PASS)


def window_verdict(pack: Pack, facts: Facts, at: datetime) -> Verdict:
    """The verdict `window`. Where lines differ the worst one counts, and `holds_until` is the first end."""
    request = _REQUESTS.get(facts.wish)
    window = pack.window(request, facts.reason) if request else None
    if request is None or window is None or window.value is None:
        return silent("window", Text(N_("The shop's rules set no time limit for this.")), window)
    result, until = _judge(window, pack, facts, at)
    reason, more = _reason(result, request, pack, facts, at)
    return Verdict("window", result, reason, (*window.source, *more), until, standing=window.status)


def _judge(window: Window, pack: Pack, facts: Facts, at: datetime) -> tuple[Result, datetime | None]:
    ends = [_end(window, pack, facts, line) for line in facts.lines]
    known = [end for end in ends if end]
    results = {_in_time(window, end, at) for end in ends}
    return next(result for result in _WORST if result in results), min(known, default=None)


def _end(window: Window, pack: Pack, facts: Facts, line: Line) -> datetime | None:
    if window.anchor is None or window.value is None:
        return None
    start = anchor_of(window.anchor, pack, facts, line)
    return due(start, window.value, pack.zone) if start else None


def _in_time(window: Window, end: datetime | None, at: datetime) -> Result:
    if end is None:
        return Result.UNDETERMINED
    if at <= end:
        return Result.PASS
    # "Usually" and "should" open a review; they never shut a door.
    return Result.FAIL if window.strength == "hard" else Result.UNDETERMINED


def _reason(result: Result, request: Request, pack: Pack, facts: Facts, at: datetime) -> tuple[Text, tuple[str, ...]]:
    if result is Result.PASS:
        return Text(N_("You are in time.")), ()
    if result is Result.UNDETERMINED:
        finding = pack.anchors.receipt.source if pack.anchors else ()
        return Text(N_("The time limit cannot be worked out yet. A person will check it.")), finding
    for other in get_args(Request):
        window = pack.window(other, facts.reason)
        if other == request or other not in _STILL_OPEN or window is None or window.value is None:
            continue
        if _judge(window, pack, facts, at)[0] is Result.PASS:
            return Text(_STILL_OPEN[other]), window.source
    return Text(N_("The time for this has passed.")), ()
