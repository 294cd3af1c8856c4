"""What templates get: plain values and Texts, nothing that could ask the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from disputes.text import Text


@dataclass(frozen=True)
class Choice:
    trigger: str
    label: Text
    refused: Text | None
    url: str
    method: str
    primary: bool
    danger: bool


@dataclass(frozen=True)
class ClockView:
    name: str
    due_at: datetime
    actor: str
    label: Text
    then: Text
    standing: str
    clauses: tuple[str, ...]
    paused: bool = False


@dataclass(frozen=True)
class Stage:
    label: Text
    status: str
    at: datetime | None = None


@dataclass(frozen=True)
class Line:
    title: str
    variant: str | None
    quantity: int
    of: int
    unit_minor: int
    paid_minor: int
    category: str
    listing: str | None


@dataclass(frozen=True)
class Exhibit:
    no: int
    label: Text
    filename: str
    size: int
    media_type: str
    sha256: str
    by: Text
    side: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Entry:
    at: datetime
    who: Text
    side: str
    text: Text
    body: str | None = None
    exhibits: tuple[Exhibit, ...] = ()
    late: bool = False
    hidden: bool = False
    internal: bool = False


@dataclass(frozen=True)
class OfferView:
    by: Text
    side: str
    kind: Text
    amount_minor: int | None
    currency: str
    note: str
    at: datetime
    expires: ClockView | None
    mine: bool


@dataclass(frozen=True)
class VerdictView:
    name: str
    result: str
    headline: Text
    reason: Text
    holds_until: datetime | None
    clauses: tuple[str, ...]
    standing: str
    proof: tuple[Text, ...]
    payer: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True)
class OutcomeView:
    label: Text
    amount_minor: int | None
    state: str
    state_label: Text
    at: datetime | None
    reference: str | None
    steps: tuple[Stage, ...]


@dataclass(frozen=True)
class DecisionView:
    headline: Text
    reasons: str
    exhibits: tuple[Exhibit, ...]
    clauses: tuple[str, ...]
    decided_at: datetime | None
    by: Text
    outcomes: tuple[OutcomeView, ...]
    kind: str = ""
    amount_minor: int | None = None
    digest: str = ""


@dataclass
class CaseView:
    """One case for one reader. Forms are hung on by the page that has them."""

    id: str
    ref: str
    state: str
    version: int
    url: str
    shop_name: str
    shop_is_seller: bool
    currency: str
    buyer_name: str
    seller_name: str
    order_number: str
    order_url: str | None
    opened_at: datetime
    headline: Text
    turn: str
    turn_label: Text
    clock: ClockView | None
    next_text: Text
    reason: Text
    sub_reason: Text | None
    title: Text
    wish: Text
    wish_minor: int | None
    lines: tuple[Line, ...]
    claimed_minor: int
    choices: tuple[Choice, ...]
    offer: OfferView | None
    stages: tuple[Stage, ...]
    timeline: tuple[Entry, ...]
    exhibits: tuple[Exhibit, ...]
    verdicts: tuple[VerdictView, ...]
    decision: DecisionView | None
    draft: DecisionView | None = None
    earlier: tuple[DecisionView, ...] = ()
    message_form: Any = None
    message_url: str = ""
    evidence_form: Any = None
    evidence_url: str = ""
    facts: tuple[tuple[Text, Any], ...] = field(default_factory=tuple)
