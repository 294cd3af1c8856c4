"""What the case table's guards may know: a frozen picture, taken under the case's lock."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CaseFacts:
    """Counts and codes of one case, for one actor. Amounts are in minor units."""

    actor_id: int | None = None
    conflicted: bool = False  # the actor belongs to a side of this case
    buyer_asks: str | None = None  # kind of the buyer's standing offer
    seller_offers: str | None = None  # kind of the seller's standing offer
    last_offer_by: str | None = None
    seller_answered: bool = False
    seller_due: datetime | None = None  # the seller's running limit
    seller_has_limit: bool = False  # the rules give the seller a limit at all
    question_to: str | None = None  # side that owes the other an answer
    asked_side: str | None = None  # side the platform asked
    draft: str | None = None  # kind of the saved draft decision
    drafted_by: int | None = None
    second_why: str | None = None  # the limit that asks for a second person: over_limit, over_daily
    second_asked_by: int | None = None  # who asked for one, with the draft as it stands
    held_by: int | None = None  # reviewer whose claim is running
    held_until: datetime | None = None
    measures_open: int = 0  # outcomes of the decision in force that are not done
    dropped_from: str | None = None
    silenced_in: str | None = None  # where the actor's limit pulled the last step from, though they acted before it
    refundable_minor: int = 0
