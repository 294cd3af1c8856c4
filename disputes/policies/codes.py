"""The checked kinds of text a pack is written in: codes, zones, currencies, durations."""

from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from disputes.policies.duration import Duration
from disputes.policies.events import EVENTS
from disputes.policies.nearest import did_you_mean
from disputes.policies.proofs import PROOFS
from disputes.policies.reasons import REASONS
from disputes.policies.signs import SIGNS

# The ground that stands for every reason a table does not name.
DEFAULT = "default"


def _reason_code(code: str) -> str:
    if code not in REASONS:
        raise PydanticCustomError("reason", "unknown reason{hint}", {"hint": did_you_mean(code, REASONS)})
    return code


def _ground(code: str) -> str:
    return code if code == DEFAULT else _reason_code(code)


def _proof_code(code: str) -> str:
    if code not in PROOFS:
        hint = did_you_mean(code, PROOFS)
        raise PydanticCustomError("proof", "unknown proof '{code}'{hint}", {"code": code, "hint": hint})
    return code


def _sign_code(code: str) -> str:
    if code not in SIGNS:
        hint = did_you_mean(code, SIGNS)
        raise PydanticCustomError("sign", "unknown sign '{code}'{hint}", {"code": code, "hint": hint})
    return code


def _event(name: str) -> str:
    if name not in EVENTS:
        hint = did_you_mean(name, EVENTS)
        raise PydanticCustomError("event", "unknown event '{name}'{hint}", {"name": name, "hint": hint})
    return name


def _zone_name(name: str) -> str:
    if name not in available_timezones():
        hint = did_you_mean(name, available_timezones())
        raise PydanticCustomError("zone", "unknown time zone '{name}'{hint}", {"name": name, "hint": hint})
    return name


def _duration(text: Any) -> Duration:
    try:
        return Duration.parse(text)
    except ValueError as unclear:
        raise PydanticCustomError("duration", "{why}", {"why": str(unclear)}) from None


ReasonCode = Annotated[str, AfterValidator(_reason_code)]
Ground = Annotated[str, AfterValidator(_ground)]
ProofCode = Annotated[str, AfterValidator(_proof_code)]
SignCode = Annotated[str, AfterValidator(_sign_code)]
Event = Annotated[str, AfterValidator(_event)]
ZoneName = Annotated[str, AfterValidator(_zone_name)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Length = Annotated[Duration, PlainValidator(_duration), PlainSerializer(str)]
