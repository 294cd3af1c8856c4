"""Close a case as its buyer, and take it up again."""

from disputes.auth.access import Turn


def drop_case(turn: Turn) -> None:
    """The buyer closes the case; until the undo limit it can be taken up again where it stood."""
    turn.take("drop_case")


def resume(turn: Turn) -> None:
    """The buyer takes the case up again; running limits go on with what was left of them."""
    turn.take(f"resume_{turn.case.dropped_from}")
