"""What is wrong with a pack, said so that its writer can mend it: file, dotted path, reason, suggestion."""

from collections.abc import Iterable, Mapping
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
    return PackError(_fault(dict(error), chain) for error in failed.errors(include_url=False))


def _fault(error: dict[str, Any], chain: Chain) -> str:
    path = [str(part) for part in error["loc"] if part != "[key]"]
    if error["type"] == "unknown_key":
        path.append(str(error["ctx"]["key"]))
    message = error["msg"][:1].lower() + error["msg"][1:]
    where = ".".join(path)
    return f"{_file_with(path, chain)}: {where}: {message}" if where else f"{_file_with(path, chain)}: {message}"


def _file_with(path: list[str], chain: Chain) -> str:
    """The file the longest part of the path stands in; a child's word counts before its parent's."""
    return max(chain, key=lambda link: _depth(path, link[1]))[0]


def _depth(path: list[str], text: Any) -> int:
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
