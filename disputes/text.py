"""Sentences people read, as data: a msgid and its parameters, translated only when shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


def N_(msgid: str) -> str:
    """Mark a literal for extraction and return it unchanged."""
    return msgid


@dataclass(frozen=True)
class Text:
    """A translatable sentence. `str()` gives the English one; templates translate msgid, then fill in params."""

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A copy nobody else holds: a shared reason must not change under its reader.
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __hash__(self) -> int:
        return hash((self.msgid, frozenset(self.params.items())))

    def __str__(self) -> str:
        return self.msgid % self.params if self.params else self.msgid

    def __reduce__(self) -> tuple[Any, ...]:
        # A mapping proxy cannot be pickled or deep-copied, a dict can.
        return Text, (self.msgid, dict(self.params))

    def as_dict(self) -> dict[str, object]:
        """For storing as JSON; params must be JSON values or other Texts."""
        params = {k: v.as_dict() if isinstance(v, Text) else v for k, v in self.params.items()}
        return {"msgid": self.msgid, "params": params}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Text":
        """The inverse of `as_dict`."""
        params = {k: cls.from_dict(v) if isinstance(v, dict) else v for k, v in stored["params"].items()}
        return cls(stored["msgid"], params)
