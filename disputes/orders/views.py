"""What the order pages show: plain values and Texts."""

from dataclasses import dataclass
from datetime import datetime

from disputes.casefile.rows import CaseRow
from disputes.casefile.views import Line
from disputes.text import Text


@dataclass(frozen=True)
class OrderRow:
    url: str
    number: str
    shop_name: str
    seller_name: str
    placed_at: datetime
    total_minor: int
    currency: str
    lines_text: str
    case_url: str | None
    case_label: Text | None
    file_url: str | None


@dataclass(frozen=True)
class ParcelView:
    """A parcel as its carrier told it; `holds` are (title, quantity)."""

    carrier: str | None
    tracking: str | None
    dispatched_at: datetime | None
    delivered_at: datetime | None
    holds: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Asked:
    """An invoice that waits for the buyer: how much, until when, and how to pay it."""

    amount_minor: int
    due_at: datetime | None
    how_to_pay: str


@dataclass(frozen=True)
class OrderView:
    """One order; payments are (method, amount, payer if it was somebody else), refunds (amount, state, arrived at)."""

    number: str
    shop_name: str
    seller_name: str
    placed_at: datetime
    currency: str
    total_minor: int
    shipping_minor: int
    lines: tuple[Line, ...]
    parcels: tuple[ParcelView, ...]
    payments: tuple[tuple[Text, int, str | None], ...]
    refunds: tuple[tuple[int, Text, datetime | None], ...]
    asked: Asked | None
    cases: tuple[CaseRow, ...]
    file_url: str
