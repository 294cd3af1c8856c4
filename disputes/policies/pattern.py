"""Patterns as packs write them: regular expressions, without regard to case, compiled once at load."""

import re
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError


def _pattern(text: Any) -> re.Pattern[str]:
    if isinstance(text, re.Pattern):
        return text
    try:
        return re.compile(str(text), re.IGNORECASE)
    except re.error as broken:
        raise PydanticCustomError("pattern", "not a pattern: {why}", {"why": str(broken)}) from None


Pattern = Annotated[re.Pattern[str], PlainValidator(_pattern), PlainSerializer(lambda given: given.pattern)]
