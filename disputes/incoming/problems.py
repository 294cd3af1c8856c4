"""What is wrong with an order, in plain words, such as "lines.0.quantity: must be at least 1"."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from disputes.policies.nearest import did_you_mean

from . import schema

MOST = 5
MOMENT = "must be a moment with its zone, such as 2026-03-08T18:00:00+01:00"
WHOLE = "must be a whole number"
SAYS = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_too_long": "can have up to {max_length} characters",
    "string_pattern_mismatch": "is not written as expected ({pattern})",
    "int_type": WHOLE,
    "int_from_float": WHOLE,
    "int_parsing_size": WHOLE,
    "bool_type": "must be true or false",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must have at least {min_length}",
    "too_long": "can have up to {max_length}",
    "tuple_type": "must be a list",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "timezone_aware": MOMENT,
    "json_invalid": "is not JSON: {error}",
}
KNOWN = {
    name
    for model in vars(schema).values()
    if isinstance(model, type) and issubclass(model, BaseModel)
    for name in model.model_fields
}


def problems(invalid: ValidationError) -> list[str]:
    """One sentence for each thing that is wrong, at most five."""
    found = [_sentence(error) for error in invalid.errors(include_url=False, include_input=False)]
    more = len(found) - MOST
    return found[:MOST] + ([f"and {more} more"] if more > 0 else [])


def _sentence(error: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in error["loc"])
    return f"{where}: {_what(error)}" if where else _what(error)


def _what(error: Mapping[str, Any]) -> str:
    if error["type"] == "extra_forbidden":
        return "is not a known field" + did_you_mean(str(error["loc"][-1]), KNOWN).split("; known are")[0]
    said = SAYS.get(error["type"])
    if said is None:
        return str(error["msg"])
    if said == WHOLE and str(error["loc"][-1]).endswith("_minor"):
        return "must be a whole number of minor units, such as 1250 for EUR 12.50"
    return said.format_map(error.get("ctx", {}))


class NotTaken(Exception):
    """An order that reads well and still cannot go in; `problems` are sentences."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)
