"""Read orders from a file of JSON lines, one at a time: memory is bounded by one line, whatever the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MEGABYTE = 1024 * 1024
LONGEST = 4 * MEGABYTE
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Raw:
    """One line: its number from 1, its bytes (None: longer than we read), how far the file was read with it."""

    number: int
    data: bytes | None
    size: int


def raw_lines(stream: BinaryIO) -> Iterator[Raw]:
    """Every line that is not empty."""
    number = 0
    while data := stream.readline(LONGEST + 1):
        number += 1
        if len(data) > LONGEST and not data.endswith(b"\n"):
            yield Raw(number, None, len(data) + _skip(stream))
        else:
            text = (data.removeprefix(BOM) if number == 1 else data).strip()
            if text:
                yield Raw(number, text, len(data))


def _skip(stream: BinaryIO) -> int:
    """Read away the rest of a line; its length."""
    size = 0
    while rest := stream.readline(MEGABYTE):
        size += len(rest)
        if rest.endswith(b"\n"):
            break
    return size
