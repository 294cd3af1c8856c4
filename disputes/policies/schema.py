"""The shape of a pack. Anything it does not know, it refuses."""

from collections.abc import Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from disputes.policies.codes import DEFAULT, Ground, ReasonCode
from disputes.policies.contradictions import contradictions
from disputes.policies.errors import Chain, link_with
from disputes.policies.kinds import FormName, Remedy, Request
from disputes.policies.merge import Raw, merge
from disputes.policies.overrides import Override
from disputes.policies.parts import Anchors, Clock, Evidence, Hearing, Locale, Meta, Seller, Window
from disputes.policies.parts_goods import (
    Cost,
    CostLine,
    Exchange,
    Exclusion,
    GroundSigns,
    Insurance,
    Ladder,
    Pickup,
    Repair,
)
from disputes.policies.parts_order import OrderRules, Payment, Refund, Scope, Stage, Undeliverable
from disputes.policies.parts_talk import Adr, Channel, Contact, Content, Form, Info, Notice, Scorecard, Tier
from disputes.policies.parts_time import Calendar, Hours, Promise, Timer
from disputes.policies.reasons import REASONS, Reason
from disputes.policies.standing import Strict, Value
from disputes.text import N_


class Pack(Strict):
    """The rules of one shop in one version."""

    meta: Meta
    locale: Locale = Field(title=N_("Zone and currency"))
    seller: Seller = Field(title=N_("Who sells"))
    hearing: Hearing = Field(title=N_("How a decision comes about"))
    reasons: dict[ReasonCode, Value[bool]] = Field(default={}, title=N_("Reasons"))
    remedies: dict[Remedy, Value[bool]] = Field(default={}, title=N_("What is granted"))
    anchors: Anchors | None = Field(default=None, title=N_("How the day of receipt is found"))
    windows: dict[Request, dict[Ground, Window]] = Field(default={}, title=N_("Until when"))
    evidence: dict[Ground, Evidence] = Field(default={}, title=N_("Proof"))
    grounds: dict[ReasonCode, GroundSigns] = Field(default={}, title=N_("What proves a reason"))
    exclusions: dict[str, Exclusion] = Field(default={}, title=N_("What is excluded"))
    exchange: Exchange = Field(default=Exchange(), title=N_("Exchange"))
    repair: Repair = Field(default=Repair(), title=N_("Repair"))
    costs: dict[CostLine, dict[str, Cost]] = Field(default={}, title=N_("Who pays"))
    insurance: Insurance | None = Field(default=None, title=N_("Insurance of the way back"))
    ladder: Ladder = Field(default=Ladder(), title=N_("What follows what"))
    pickup: Pickup | None = Field(default=None, title=N_("Collection"))
    clocks: dict[str, Clock] = Field(default={}, title=N_("Deadlines of a case"))
    off: dict[str, Value[Literal[True]]] = Field(default={}, title=N_("What this shop does without"))
    calendar: Calendar = Field(default=Calendar(), title=N_("Business days"))
    promises: dict[str, Promise] = Field(default={}, title=N_("Promises"))
    timers: dict[str, Timer] = Field(default={}, title=N_("How long everybody may take"))
    hours: dict[str, Hours] = Field(default={}, title=N_("Opening hours"))
    scope: Scope = Field(default=Scope(), title=N_("Where it applies"))
    order: OrderRules = Field(default=OrderRules(), title=N_("Orders"))
    payment: Payment = Field(default=Payment(), title=N_("Payment"))
    refund: Refund = Field(default=Refund(), title=N_("Refunds"))
    stages: dict[Request, Stage] = Field(default={}, title=N_("Until what stage"))
    undeliverable: Undeliverable | None = Field(default=None, title=N_("Parcels that come back"))
    contact: Contact = Field(default=Contact(), title=N_("Contact"))
    channels: dict[str, Channel] = Field(default={}, title=N_("Ways to reach the shop"))
    forms: dict[FormName, Form] = Field(default={}, title=N_("What must be filled in"))
    notices: dict[str, Notice] = Field(default={}, title=N_("Notices"))
    info: dict[str, Info] = Field(default={}, title=N_("What the shop says"))
    content: Content = Field(default=Content(), title=N_("What messages may not hold"))
    scorecards: dict[str, Scorecard] = Field(default={}, title=N_("Figures somebody answers for"))
    tiers: dict[str, Tier] = Field(default={}, title=N_("Kinds of customers"))
    adr: Adr | None = Field(default=None, title=N_("The way outside"))
    overrides: tuple[Override, ...] = Field(default=(), title=N_("Other rules for some goods"))

    _file: str = PrivateAttr("")
    _raw: Raw = PrivateAttr(default_factory=dict)
    _chain: Chain = PrivateAttr(default_factory=list)
    _variants: dict[tuple[int, ...], "Pack"] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _be_of_a_piece(self) -> "Pack":
        for why in contradictions(self):
            raise PydanticCustomError("contradiction", "{why}", {"why": why})
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone the shop's days are counted in."""
        return ZoneInfo(str(self.locale.tz.value))

    @property
    def currency(self) -> str:
        """The shop's currency, three letters."""
        return str(self.locale.currency.value)

    @property
    def file(self) -> str:
        """Name of the file it was read from, for messages."""
        return self._file

    def read_from(self, file: str, raw: Raw, chain: Chain) -> None:
        """Remember the file it was read from and its tables as written, parents' among them and each for itself."""
        self._file, self._raw, self._chain = file, raw, chain

    def came_from(self, path: Sequence[str]) -> str | None:
        """The parent that says what stands at that path; None when it is the pack's own word."""
        parent = link_with(path, self._chain)[1]["meta"]["id"] if self._chain else self.meta.id
        return None if parent == self.meta.id else str(parent)

    def variant(self, overrides: tuple[int, ...]) -> "Pack":
        """The pack with those overrides laid over it, in that order; each is made once."""
        if not overrides:
            return self
        if overrides not in self._variants:
            raw = {part: rule for part, rule in self._raw.items() if part != "overrides"}
            for at in overrides:
                raw = merge(raw, self.overrides[at].rules)
            other = Pack.model_validate(raw | {"meta": self.meta})
            other.read_from(self._file, raw, [])
            self._variants[overrides] = other
        return self._variants[overrides]

    def open_reasons(self) -> tuple[Reason, ...]:
        """The reasons a case can be opened for, in the order people are shown them."""
        shut = {code for code, on in self.reasons.items() if on.value is False}
        return tuple(reason for reason in REASONS.values() if reason.code not in shut)

    def is_off(self, step: str) -> bool:
        """Whether this shop does without that step of the workflow."""
        return step in self.off

    def window(self, request: Request, reason: str) -> Window | None:
        """The window for that request and reason, else the request's default; None where the pack has neither."""
        by_ground = self.windows.get(request, {})
        return by_ground.get(reason, by_ground.get(DEFAULT))
