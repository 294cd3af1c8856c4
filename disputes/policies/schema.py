"""The shape of a pack. Anything it does not know, it refuses."""

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from disputes.policies.codes import DEFAULT, Ground, ReasonCode
from disputes.policies.parts import Anchors, Clock, Costs, Evidence, Hearing, Locale, Meta, Request, Seller, Window
from disputes.policies.reasons import REASONS, Reason, Wish
from disputes.policies.standing import Strict, Value


class Pack(Strict):
    """The rules of one shop in one version."""

    meta: Meta
    locale: Locale
    seller: Seller
    hearing: Hearing
    reasons: dict[ReasonCode, Value[bool]] = {}
    remedies: dict[Wish, Value[bool]] = {}
    anchors: Anchors | None = None
    windows: dict[Request, dict[Ground, Window]] = {}
    evidence: dict[Ground, Evidence] = {}
    costs: Costs = Costs()
    clocks: dict[str, Clock] = {}
    off: dict[str, Value[Literal[True]]] = {}

    _file: str = PrivateAttr("")

    @model_validator(mode="after")
    def _can_find_the_receipt(self) -> "Pack":
        needed = any(w.anchor == "receipt" for by_ground in self.windows.values() for w in by_ground.values())
        if needed and self.anchors is None:
            raise PydanticCustomError("anchor", "a window starts at receipt, but anchors.receipt is missing")
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
