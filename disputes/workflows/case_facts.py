"""What the case table's guards may know: a frozen picture, taken under the case's lock."""

from dataclasses import dataclass
from datetime import datetime

from .roles import BUYER, SELLER

# Steps that put the next word to the other side, and whose they are. Whoever files for a buyer moves for them.
MOVES = {
    "open": BUYER, "counter": BUYER, "decline_offer": BUYER, "offer": SELLER, "refuse": SELLER, "reply": SELLER,
}  # fmt: skip


@dataclass(frozen=True)
class CaseFacts:
    """Counts and codes of one case, for one actor. Amounts are in minor units."""

    actor_id: int | None = None
    conflicted: bool = False  # the actor belongs to a side of this case
    buyer_asks: str | None = None  # kind of the buyer's standing offer
    seller_offers: str | None = None  # kind of the seller's standing offer
    last_move: str | None = None  # the last of MOVES
    seller_answered: bool = False
    seller_due: datetime | None = None  # the seller's running limit
    seller_has_limit: bool = False  # the rules give the seller a limit at all
    question_to: str | None = None  # side that owes the other an answer
    asked_side: str | None = None  # side the platform asked
    draft: str | None = None  # kind of the saved draft decision
    held: bool = False  # a limit that ran out while we were away waits for a lead
    reported: bool = False  # a reported message waits for the desk
    other_wrote: bool = False  # the other side has written something that could be reported
    decided_by: frozenset[int] = frozenset()  # who had a part in the decision in force
    settled: bool = False  # the decision in force is what the sides agreed
    stood_in: str | None = None  # where the case stood when its open appeal, or its way outside, began
    appealed_by: frozenset[str] = frozenset()  # sides that have appealed against the decision in force
    appeal_open: bool = False  # an appeal waits for its answer, wherever the case stands meanwhile
    appeal_over: bool = False  # the time to appeal has passed
    drafted_by: int | None = None
    second_why: str | None = None  # what asks for a second person: a key of SECOND_WHY
    second_asked_by: int | None = None  # who asked for one, with the draft as it stands
    draft_over: bool = False  # a restriction of the draft would be over before it begins
    frozen: bool = False  # a bank, or two people, must say first whether the payment's refunds go out
    muted: bool = False  # a restriction keeps the actor's side from writing freely
    referred: bool = False  # a referral that was approved or handed over stands
    held_by: int | None = None  # reviewer whose claim is running
    held_until: datetime | None = None
    measures_open: int = 0  # outcomes of the decision in force that are not done
    dropped_from: str | None = None
    silenced_in: str | None = None  # where the actor's limit pulled the last step from, though they acted before it
    refundable_minor: int = 0

    @property
    def moved_last(self) -> str:
        """The side that had the last word."""
        return MOVES.get(self.last_move or "", BUYER)

    @property
    def only_asks(self) -> bool:
        """The buyer asked for an answer and for no money, and has none yet."""
        return self.last_move == "open" and self.buyer_asks is None
