"""Whether the order is still at a stage where a change or a cancellation is possible."""

from datetime import datetime

from disputes.policies.anchors import begun
from disputes.policies.duration import due
from disputes.policies.facts import Facts
from disputes.policies.parts_order import Stage
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict, by_rule
from disputes.text import N_


def stage(pack: Pack, facts: Facts, at: datetime) -> Verdict | None:
    """The verdict `stage`; None where the pack sets none for what is asked. `instead` names what can be asked then."""
    rule = pack.stages.get(facts.asks) if facts.asks else None
    if rule is None:
        return None
    blocked = _blocked(rule, pack, facts, at)
    if rule.possible and rule.possible.value is False:
        # What stands in for it is possible only before the order has moved on.
        instead = rule.instead.value if rule.instead and not blocked else None
        text = N_("The shop does not change orders once they are placed.")
        return by_rule("stage", Result.FAIL, text, rule.possible, rule.instead, instead=instead or "refund")
    if blocked:
        instead = rule.instead.value if rule.instead else None
        text = N_("It is too late: the order has moved on.")
        return by_rule("stage", Result.FAIL, text, rule.blocked_by, rule.instead, event=blocked, instead=instead)
    if rule.lock_after and rule.lock_after.value and not _known(rule, pack, facts):
        if at > due(facts.placed_at, rule.lock_after.value, pack.zone, pack.calendar.works):
            text = N_("It may be too late already. A person will try.")
            return by_rule("stage", Result.UNDETERMINED, text, rule.blocked_by, code="lock_time_passed")
    text = N_("This can be tried. It is not certain that it works.")
    if rule.guaranteed is None or rule.guaranteed.value:
        text = N_("This is still possible.")
    return by_rule("stage", Result.PASS, text, rule.guaranteed, rule.blocked_by)


def _known(rule: Stage, pack: Pack, facts: Facts) -> bool:
    events = rule.blocked_by.value or () if rule.blocked_by else ()
    return any(begun(event, pack, facts, line) for event in events for line in facts.lines)


def _blocked(rule: Stage, pack: Pack, facts: Facts, at: datetime) -> str | None:
    """The first event that has happened by then and shuts it."""
    for event in rule.blocked_by.value or () if rule.blocked_by else ():
        for line in facts.lines:
            happened = begun(event, pack, facts, line)
            if happened and happened <= at:
                return event
    return None
