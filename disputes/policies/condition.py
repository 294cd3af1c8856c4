"""The rare rule that typed fields cannot say: a CEL expression over the facts of one line, compiled once at load."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import cel
from pydantic import PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from disputes.policies.nearest import did_you_mean

# What a condition can speak about.
NAMES = (
    "reason", "sub_reason", "request", "category", "brand", "product", "channel", "order_type", "country", "region",
    "mode", "cause", "tier", "method", "issuer", "approved", "in_pickup_area", "backordered", "insured",
)  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """`holds` answers True, False, or None when the facts it needs are not known."""

    text: str
    program: Any = field(repr=False, compare=False, hash=False)

    def holds(self, facts: Mapping[str, Any]) -> bool | None:
        """Whether it is so. An expression that stumbles over an unknown fact says None."""
        try:
            answer = self.program.execute({name: facts[name] for name in NAMES if facts.get(name) is not None})
        except (RuntimeError, TypeError, ValueError):
            return None
        return answer if isinstance(answer, bool) else None

    def __str__(self) -> str:
        return self.text


def _condition(text: Any) -> Condition:
    if isinstance(text, Condition):
        return text
    if not isinstance(text, str):
        raise PydanticCustomError("condition", "a condition is written as text")
    try:
        program = cel.compile(text)
    except (RuntimeError, ValueError) as broken:
        raise PydanticCustomError("condition", "not a condition: {why}", {"why": str(broken)}) from None
    for name in program.variables():
        if name not in NAMES:
            hint = did_you_mean(name, NAMES)
            raise PydanticCustomError("condition", "unknown fact '{name}'{hint}", {"name": name, "hint": hint})
    return Condition(text, program)


When = Annotated[Condition, PlainValidator(_condition), PlainSerializer(str)]
