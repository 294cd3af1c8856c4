"""The demo's logins: a file beside the data that only its owner can read, so that a restart prints them again."""

import os
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Login:
    name: str
    role: str
    email: str
    password: str


def file_of(instance: Path) -> Path:
    """Where they are kept."""
    return instance / "logins.txt"


def write(file: Path, logins: Sequence[Login]) -> None:
    """One person a line, in columns."""
    widths = [max(len(str(value)) for value in column) for column in zip(*map(astuple, logins), strict=True)]
    rows = ["  ".join(v.ljust(w) for v, w in zip(astuple(login), widths, strict=True)).rstrip() for login in logins]
    file.parent.mkdir(parents=True, exist_ok=True)
    # Born with its mode: there is no moment in which others could read it.
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write("\n".join(rows) + "\n")


def read(file: Path) -> list[Login]:
    """What `write` wrote; empty when there is no such file."""
    if not file.exists():
        return []
    rows = [re.split(r"\s{2,}", row.strip()) for row in file.read_text(encoding="utf-8").splitlines()]
    return [Login(*row) for row in rows if len(row) == 4]
