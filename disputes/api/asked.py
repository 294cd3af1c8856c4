"""The query of a check: which lines, why, and what would put it right."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from werkzeug.datastructures import MultiDict

from disputes.models import OrderLine
from disputes.policies.codes import ReasonCode
from disputes.policies.reasons import REASONS, Wish
from disputes.verdicts import Wanted


class Asked(BaseModel):
    """`line` is a line's ref, or `ref:quantity`, as often as needed; none: the whole order. Amounts in minor units."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: ReasonCode
    sub_reason: str | None = None
    wish: Wish
    amount_minor: Annotated[int, Field(gt=0)] | None = None
    line: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: MultiDict[str, str]) -> "Asked":
        """Read a query; ValidationError names each field that does not fit."""
        given: dict[str, Any] = query.to_dict()
        return cls.model_validate(given | ({"line": query.getlist("line")} if "line" in query else {}))

    @model_validator(mode="after")
    def _belong_together(self) -> "Asked":
        if self.sub_reason is not None and REASONS[self.reason].sub(self.sub_reason) is None:
            raise ValueError(f"'{self.sub_reason}' is no sub-reason of '{self.reason}'")
        return self

    def wanted(self, lines: Sequence[OrderLine]) -> Wanted:
        """The same in terms of the order's lines; ValueError for a line or quantity that is not there."""
        by_ref = {line.ref: line for line in lines}
        chosen = {line.id: line.quantity for line in lines} if not self.line else {}
        for text in self.line:
            ref, _, quantity = text.partition(":")
            line = by_ref.get(ref)
            if line is None:
                raise ValueError(f"line: this order has no line '{ref}'")
            if quantity and not (quantity.isascii() and quantity.isdigit() and 0 < int(quantity) <= line.quantity):
                raise ValueError(f"line: of line '{ref}' there are {line.quantity}, not '{quantity}'")
            chosen[line.id] = int(quantity) if quantity else line.quantity
        return Wanted(chosen, self.reason, self.sub_reason, self.wish, self.amount_minor)
