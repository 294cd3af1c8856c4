"""What is wrong with a pack, said so that its writer can mend it: file, dotted path, reason, suggestion."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

Chain = list[tuple[str, Mapping[str, Any]]]


class PackError(Exception):
    """A pack is refused; one line per fault, each "file: dotted.path: reason"."""

    def __init__(self, faults: Iterable[str]):
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def pack_error(failed: ValidationError, chain: Chain) -> PackError:
    """Turn pydantic's errors into ours. `chain` is the pack's file and its parents', nearest first, with their text."""
    return PackError(fault_of(dict(error), chain) for error in failed.errors(include_url=False))


def fault_of(error: dict[str, Any], chain: Chain) -> str:
    """One of pydantic's errors as a line of ours."""
    path = [str(part) for part in error["loc"] if part != "[key]"]
    if error["type"] == "unknown_key":
        path.append(str(error["ctx"]["key"]))
    message = error["msg"][:1].lower() + error["msg"][1:]
    where, (file, _) = ".".join(path), link_with(path, chain)
    return f"{file}: {where}: {message}" if where else f"{file}: {message}"


def link_with(path: Sequence[str], chain: Chain) -> tuple[str, Mapping[str, Any]]:
    """The file, and its text, the longest part of the path stands in; a child's word counts before its parent's."""
    return max(chain, key=lambda link: _depth(path, link[1]))


def _depth(path: Sequence[str], text: Any) -> int:
    depth = 0
    for part in path:
        if isinstance(text, Mapping) and part in text:
            text = text[part]
        elif isinstance(text, list) and part.isdigit() and int(part) < len(text):
            text = text[int(part)]
        else:
            break
        depth += 1
    return depth
