"""How a value came to stand in a pack, and the wrapper that carries this with every value."""

from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from disputes.policies.nearest import did_you_mean
from disputes.text import N_


class Standing(StrEnum):
    """Where a figure comes from; an operator's figure is never shown as the shop's rule."""

    STATED = "stated"
    STATED_NO_FIGURE = "stated_no_figure"
    NOT_STATED = "not_stated"
    OPERATOR = "operator"


STANDING_LABELS = {
    Standing.STATED: N_("The shop's rules say so"),
    Standing.STATED_NO_FIGURE: N_("The shop's rules promise it without a figure"),
    Standing.NOT_STATED: N_("The shop's rules don't say"),
    Standing.OPERATOR: N_("Set by this platform, not by the shop's rules"),
}

Strength = Literal["hard", "soft", "target"]

T = TypeVar("T")


class Strict(BaseModel):
    """A part of a pack: nothing unknown in it, nothing changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _know_every_key(cls, given: Any) -> Any:
        # pydantic would refuse these too, but only here do we know the names it could have been.
        for key in given if isinstance(given, dict) else ():
            if key not in cls.model_fields:
                hint = did_you_mean(key, cls.model_fields)
                raise PydanticCustomError("unknown_key", "unknown key{hint}", {"key": key, "hint": hint})
        return given


class Value(Strict, Generic[T]):
    """One rule-carrying leaf of a pack: the figure, the clauses it was read from, and its standing."""

    value: T | None = None
    source: tuple[str, ...] = ()
    status: Standing
    strength: Strength = "hard"
    note: str = ""

    @model_validator(mode="after")
    def _agree_with_standing(self) -> "Value[T]":
        has_figure = self.status in (Standing.STATED, Standing.OPERATOR)
        if has_figure and self.value is None:
            raise PydanticCustomError("no_value", "'{status}' needs a value", {"status": self.status.value})
        if not has_figure and self.value is not None:
            raise PydanticCustomError("a_value", "'{status}' has no value", {"status": self.status.value})
        if self.status in (Standing.STATED, Standing.STATED_NO_FIGURE) and not self.source:
            raise PydanticCustomError("no_source", "'{status}' needs its clause ids", {"status": self.status.value})
        return self
