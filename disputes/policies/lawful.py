"""What the law gives a buyer, whatever the shop's rules say: a verdict for each right that could be meant."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from disputes.policies.anchors import event_of
from disputes.policies.duration import Duration, due, end_of_day
from disputes.policies.facts import Facts, Line
from disputes.policies.schema import Pack
from disputes.policies.statutes import Law, Right, Without
from disputes.policies.verdict import Result, Verdict, by_rule
from disputes.text import N_, Text

# By weekday: a Saturday is 5, a Sunday 6.
_WEEKEND = (5, 6)


def by_law(laws: Sequence[Law], pack: Pack, facts: Facts, at: datetime) -> Iterator[Verdict]:
    """A verdict `law:<right>` for each right for this request and reason in the buyer's country.

    Days are those of the buyer's country. What lets a right fall is named with its article."""
    for law in laws:
        if facts.buyer_country not in law.countries:
            continue
        zone = ZoneInfo(law.countries[facts.buyer_country])
        if facts.placed_at.astimezone(zone).date() < law.effective_from:
            continue
        for name, right in law.rights.items():
            if facts.asks in right.requests and facts.reason in right.reasons:
                yield _judge(f"law:{name}", right, pack, facts, at, zone)


def _judge(name: str, right: Right, pack: Pack, facts: Facts, at: datetime, zone: ZoneInfo) -> Verdict:
    payer = {"way_back": right.way_back.value} if right.way_back.value else {}
    if facts.seller_is_trader is False:
        return by_rule(
            name,
            Result.FAIL,
            N_("This right holds only against traders; the seller is a private person."),
            right.window,
        )
    for line in facts.lines:
        for without in right.exceptions:
            if _excepted(without, line, facts):
                said = Text(N_("The law makes an exception for such goods."))
                return Verdict(name, Result.FAIL, said, (without.article,), standing=right.window.status)
    result, until = _in_time(right, pack, facts, at, zone)
    figure = {"length": str(right.window.value), "anchor": right.anchor}
    if result is Result.FAIL:
        return by_rule(name, result, N_("The time the law gives has passed."), right.window, until=until, **figure)
    if facts.seller_is_trader is None or result is Result.UNDETERMINED or not _known_intact(right, facts):
        text = N_("The law may give you this. A person will check it.")
        return by_rule(name, Result.UNDETERMINED, text, right.window, right.intact, until=until, **figure)
    if any(line.signs.get(sign) for line in facts.lines for sign in _must_not(right)):
        return by_rule(name, Result.FAIL, N_("The law asks for goods that are intact."), right.intact, until=until)
    presumed = _presumed(right, pack, facts, at, zone)
    details = figure if presumed is None else {**figure, "presumed": presumed}
    if right.shipping:
        details = {**details, "shipping": list(right.shipping.source)}
    if right.first and facts.asks not in (right.first.value or ()) and facts.failed_remedy is None:
        text = N_("By law the goods are repaired or replaced first; money comes when that fails.")
        first = list(right.first.value or ())
        return by_rule(name, Result.UNDETERMINED, text, right.window, right.first, until=until, first=first, **details)
    text = N_("The law gives you this, whatever the shop's rules say.")
    return by_rule(name, Result.PASS, text, right.window, right.way_back, until=until, payer=payer, **details)


def _excepted(without: Without, line: Line, facts: Facts) -> bool:
    notice = line.notices.get(without.notice) if without.notice else None
    named = bool(set(without.tags) & set(line.tags)) or line.category in without.categories
    named = named or (notice is not None and notice <= facts.placed_at)
    return named and (not without.signs or any(line.signs.get(sign) for sign in without.signs))


def _must_not(right: Right) -> tuple[str, ...]:
    return right.intact.value or () if right.intact else ()


def _known_intact(right: Right, facts: Facts) -> bool:
    """Whether it is known of every sign, or one is known to be there."""
    seen = [line.signs.get(sign) for line in facts.lines for sign in _must_not(right)]
    return True in seen or None not in seen


def _in_time(right: Right, pack: Pack, facts: Facts, at: datetime, zone: ZoneInfo) -> tuple[Result, datetime | None]:
    starts = [event_of("received", pack, facts, line) for line in facts.lines]
    known = [start for start in starts if start]
    if len(known) < len(starts) or right.window.value is None:
        # Nobody has to wait for the goods to change their mind.
        return (Result.PASS if right.open_before_receipt and not known else Result.UNDETERMINED), None
    until = min(_end(right, start, zone, facts) for start in known)
    counts = at if right.event == "filed" else facts.events.get(right.event, at)
    return (Result.PASS if counts <= until else Result.FAIL), until


def _end(right: Right, start: datetime, zone: ZoneInfo, facts: Facts) -> datetime:
    until = due(start, right.window.value, zone)  # type: ignore[arg-type]
    if right.if_not_informed and right.if_not_informed.value and facts.informed is False:
        until = due(until, right.if_not_informed.value, zone)
    last = until.astimezone(zone).date()
    while right.ends_on_workday and last.weekday() in _WEEKEND:
        last = date.fromordinal(last.toordinal() + 1)
    return end_of_day(last, zone)


def _presumed(right: Right, pack: Pack, facts: Facts, at: datetime, zone: ZoneInfo) -> bool | None:
    """Whether a defect is taken to have been there from the start."""
    length: Duration | None = right.presumed.value if right.presumed else None
    starts = [event_of("received", pack, facts, line) for line in facts.lines]
    if length is None or None in starts:
        return None
    appeared = facts.events.get("defect_appeared", at)
    return all(appeared <= due(start, length, zone) for start in starts if start)
