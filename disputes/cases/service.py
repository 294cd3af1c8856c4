"""Close a case as its buyer, and take it up again."""

from datetime import datetime
from zoneinfo import ZoneInfo

from disputes.auth.access import Turn
from disputes.effects.clocks import rule_of


def undo_until(turn: Turn) -> datetime | None:
    """Until when a case closed now could be taken up again; None: the shop's rules set no end."""
    rule = rule_of(turn.case, "undo_drop")
    return rule.due(turn.now, ZoneInfo(turn.shop.zone)) if rule else None


def drop_case(turn: Turn) -> None:
    """The buyer closes the case; until the undo limit it can be taken up again where it stood."""
    turn.take("drop_case")


def resume(turn: Turn) -> None:
    """The buyer takes the case up again; running limits go on with what was left of them."""
    turn.take(f"resume_{turn.case.dropped_from}")
