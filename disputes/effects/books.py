"""Write movements of money into the books, once for each key; and read what is in a purse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from disputes.db import db, insert_rows
from disputes.models import Movement
from disputes.text import N_

Whose = tuple[str, int]  # a party of models.book.PURSES and whose it is; 0 where there is only one


# What moves money, as people read it.
WHAT = {
    "captured": N_("Paid"),
    "refund_promised": N_("Refund decided"),
    "refund_paid": N_("Refund arrived"),
    "refund_bounced": N_("Refund came back"),
    "refund_called_off": N_("Refund called off"),
    "refund_by_hand": N_("Refund paid another way"),
    "platform_credit": N_("Paid by us to the seller"),
    "payout_held": N_("Kept back while the case is open"),
    "payout_released": N_("Released to the seller"),
    "paid_out": N_("Paid out to the seller"),
    "chargeback": N_("Taken back by the bank"),
    "chargeback_won": N_("Given back by the bank"),
    "refund_outside": N_("Refunded past us"),
    "refund_outside_back": N_("What was refunded past us came back"),
    "cost_borne": N_("Share of a cost"),
    "cost_back": N_("A cost was corrected"),
    "cost_paid": N_("A cost was paid back to the buyer"),
    "debit_buyer": N_("Taken from the buyer"),
    "voucher": N_("Goodwill voucher"),
}


@dataclass(frozen=True)
class Moved:
    """One movement. `what` is a code of `WHAT`; amounts in minor units; `at` in the shop's domain time."""

    key: str
    what: str
    source: Whose
    dest: Whose
    amount_minor: int
    currency: str
    shop_id: str
    at: datetime
    case_id: int | None = None
    order_id: int | None = None
    capture_id: int | None = None
    decision_id: int | None = None
    account_id: int | None = None
    clauses: Sequence[str] = ()


def book(moved: Moved) -> None:
    """Append one movement; see `write`."""
    write([moved])


def write(moves: Sequence[Moved]) -> None:
    """Append movements, in one statement. A key that was booked raises IntegrityError: one effect has one movement.

    Nothing is written for an amount of nothing; a negative one goes the other way."""
    db.session.flush()
    insert_rows(Movement, [_row(moved) for moved in moves if moved.amount_minor])


def _row(moved: Moved) -> dict[str, Any]:
    source, dest = (moved.source, moved.dest) if moved.amount_minor > 0 else (moved.dest, moved.source)
    ends = {"source": source[0], "source_of": source[1], "dest": dest[0], "dest_of": dest[1]}
    return vars(moved) | ends | {"amount_minor": abs(moved.amount_minor), "clauses": list(moved.clauses)}


def balance(shop_id: str, whose: Whose, currency: str) -> int:
    """What is in a purse, in minor units; below zero: its owner owes that much."""

    def total(party: Any, of: Any) -> int:
        mine = (party == whose[0], of == whose[1], Movement.shop_id == shop_id, Movement.currency == currency)
        return int(db.session.scalar(select(func.coalesce(func.sum(Movement.amount_minor), 0)).where(*mine)) or 0)

    return total(Movement.dest, Movement.dest_of) - total(Movement.source, Movement.source_of)
