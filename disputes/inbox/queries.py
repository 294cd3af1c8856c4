"""A seller's cases, by deadline."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, not_, or_, tuple_

from disputes.auth.people import Person
from disputes.casefile.rows import select_rows
from disputes.effects.facts import asked_side, last_move
from disputes.models import Case
from disputes.web.keyset import PAGE
from disputes.workflows.case import TALKING
from disputes.workflows.case_facts import MOVES
from disputes.workflows.roles import BUYER, SELLER

BUYERS_MOVES = tuple(trigger for trigger, side in MOVES.items() if side == BUYER)


def inbox(person: Person, tab: str, after: tuple[datetime, int] | None) -> Select[Any]:
    """One page of a tab, the nearest deadline first, one more than a page."""
    query = select_rows().where(Case.seller_id.in_(person.sellers), Case.is_open == (tab != "closed"))
    if tab != "closed":
        query = query.where(_to_answer() if tab == "answer" else not_(_to_answer()))
    if after:
        query = query.where(tuple_(Case.queue_at, Case.id) > after)
    return query.order_by(Case.queue_at, Case.id).limit(PAGE + 1)


def _to_answer() -> Any:
    """The buyer made the last move, or the platform asked the seller."""
    talking = and_(Case.public_state.in_(TALKING), last_move(Case.id).in_(BUYERS_MOVES))
    asked = and_(Case.public_state == "awaiting_information", asked_side(Case.id) == SELLER)
    return or_(talking, asked)
