"""Accept an order, ask for another payment, decline it."""

from disputes.db import db
from disputes.effects.screening_facts import pack_of
from disputes.effects.words import Words
from disputes.policies.telling import notice
from disputes.policies.verdict import Result, Verdict

from .access import Turn


def ask_invoice(turn: Turn, *, words: str) -> None:
    """What was paid goes back, and an invoice asks for it instead; `words` say to the buyer how to pay that."""
    typed = Words.typed(words)
    turn.take("ask_invoice", {"words": typed.commitment})
    turn.screening.how_to_pay, turn.screening.salt = typed.body, typed.salt
    db.session.flush()


def unfit(turn: Turn, words: str) -> Verdict | None:
    """What the shop's rules have against writing this to a buyer; None: nothing. No letter calls anybody a name."""
    said = notice(
        pack_of(turn.screening, turn.shop), "fraud_measure", {"explanation": words, "text": words}, ("email",)
    )
    return said if said.result is Result.FAIL else None
