"""What templates get: plain values and Texts, nothing that could ask the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from disputes.policies.repay import Repayment, Worth
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
    ref: str = ""
    worth: Worth = Worth()  # of the quantity claimed


@dataclass(frozen=True)
class SumRow:
    """One line of how a refund adds up; `share` says how much of an item it is about, where it is about one."""

    label: Text
    minor: int
    share: Text | None = None


@dataclass(frozen=True)
class RepaymentView:
    """How a refund adds up, told for one reader: `tenders` with amounts for whoever may know how it was paid."""

    sum: Repayment
    rows: tuple[SumRow, ...]
    total_minor: int
    tenders: tuple[tuple[str, int], ...]
    clauses: tuple[str, ...]


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
    """One answer of the rules. `answer` is None where it is about what it takes, not about "may I"."""

    name: str
    result: str
    topic: Text
    answer: Text | None
    reason: Text
    clauses: tuple[str, ...]
    standing: str
    proof: tuple[Text, ...]
    payer: tuple[tuple[Text, tuple[Text, ...]], ...]
    lawful: bool


@dataclass(frozen=True)
class Point:
    """Clauses, and what they mean in this case, where that is known."""

    clauses: tuple[str, ...]
    meaning: Text | None


@dataclass(frozen=True)
class RecommendationView:
    """What the rules speak for, for whoever decides; see policies/recommend.py."""

    speaks: str
    headline: Text
    because: tuple[Point, ...]
    unknown: tuple[Point, ...]
    claimed: bool


@dataclass(frozen=True)
class Ruling:
    """What the rules said once: by which version, and what was known then.

    `differs`: what they had said otherwise before; `as_before`: they said the same as before."""

    label: Text
    at: datetime
    version: str | None
    verdicts: tuple[VerdictView, ...]
    differs: bool = False
    as_before: bool = False


@dataclass(frozen=True)
class RestrictionView:
    """What one side of the case may not do. Staff alone are shown it beside a case."""

    side: str
    name: str
    scopes: tuple[str, ...]
    scope_labels: tuple[Text, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    reasons: str
    clauses: tuple[str, ...]
    url: str | None


@dataclass(frozen=True)
class CostView:
    """A cost of the case, told for one reader: `headline` what it cost, `first` who laid it out, `shares` who pays."""

    id: int
    line: str
    amount_minor: int
    currency: str
    laid_out_by: str
    headline: Text
    first: Text
    shares: tuple[Text, ...]
    clauses: tuple[str, ...]
    standing: str
    reasons: str
    exhibit: Exhibit | None
    at: datetime
    corrected: bool
    corrects: bool


@dataclass(frozen=True)
class OutcomeView:
    kind: str
    label: Text
    amount_minor: int | None
    state: str
    state_label: Text
    at: datetime | None
    reference: str | None
    steps: tuple[Stage, ...]
    restriction: RestrictionView | None = None


@dataclass(frozen=True)
class DecisionView:
    headline: Text
    reasons: str
    exhibits: tuple[Exhibit, ...]
    clauses: tuple[str, ...]
    points: tuple[Point, ...]
    decided_at: datetime | None
    by: Text
    outcomes: tuple[OutcomeView, ...]
    kind: str = ""
    amount_minor: int | None = None
    digest: str = ""
    platform_minor: int = 0  # so much of the refund the platform bears
    fraud: bool = False
    repayment: RepaymentView | None = None


@dataclass(frozen=True)
class VoucherView:
    """A goodwill voucher, to its buyer or to staff. `code` is for the buyer alone, once the shop knows it."""

    id: str
    amount_minor: int
    currency: str
    words: str
    state_label: Text
    code: str | None
    waits: bool  # for a lead


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
    wished: str
    wish: Text
    wish_minor: int | None
    lines: tuple[Line, ...]
    claimed_minor: int
    shipping_minor: int
    choices: tuple[Choice, ...]
    offer: OfferView | None
    stages: tuple[Stage, ...]
    timeline: tuple[Entry, ...]
    exhibits: tuple[Exhibit, ...]
    rulings: tuple[Ruling, ...]
    decision: DecisionView | None
    draft: DecisionView | None = None
    earlier: tuple[DecisionView, ...] = ()
    on_top: tuple[DecisionView, ...] = ()
    costs: tuple[CostView, ...] = ()
    message_form: Any = None
    message_url: str = ""
    evidence_form: Any = None
    evidence_url: str = ""
    facts: tuple[tuple[Text, Any], ...] = field(default_factory=tuple)
    recommendation: RecommendationView | None = None  # for the desk and auditors only
    citable: tuple[Point, ...] = ()
    frozen: bool = False  # refunds of its payment wait for a bank, or for two people
    vouchers: tuple[VoucherView, ...] = ()  # for the buyer and staff only
    referred: bool = False  # to an authority; true for the desk and auditors only
