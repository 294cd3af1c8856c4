"""Take files in and hand them out. They are written before the transaction that names them: never the other way."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from disputes.text import N_, Text

from .sniff import ALLOWED, FILE_BYTES, FILES_PER_SIDE, HEAD_BYTES, MEGABYTE, BadFile, media_type

CHUNK = 256 * 1024
NAME_LENGTH = 200


class Upload(Protocol):
    filename: str | None
    stream: BinaryIO


@dataclass(frozen=True)
class Stored:
    """A file on the disk that no exhibit names yet."""

    filename: str
    media_type: str
    size: int
    sha256: str
    storage_key: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def path_of(folder: Path, storage_key: str) -> Path:
    """Where a file lies. The key is ours and random; no word of a person's ever becomes a path."""
    if not storage_key.isalnum():
        raise ValueError("not a storage key")
    return folder / "evidence" / storage_key[:2] / storage_key


def receive(folder: Path, uploads: Iterable[Upload]) -> list[Stored]:
    """Write uploads to the disk. BadFile for one that is too large, empty or of another kind; then none is kept."""
    stored: list[Stored] = []
    try:
        for upload in uploads:
            if upload.filename:
                stored.append(_receive(folder, upload.stream, clean(upload.filename)))
        if len(stored) > FILES_PER_SIDE:
            raise BadFile(Text(N_("Up to %(n)s files can be added."), {"n": FILES_PER_SIDE}))
    except BadFile:
        discard(folder, stored)
        raise
    return stored


def discard(folder: Path, stored: Iterable[Stored]) -> None:
    """Remove files that no exhibit will name."""
    for file in stored:
        path_of(folder, file.storage_key).unlink(missing_ok=True)


def _receive(folder: Path, stream: BinaryIO, filename: str) -> Stored:
    key, digest, size = secrets.token_hex(16), hashlib.sha256(), 0
    head = stream.read(HEAD_BYTES)
    if not head:
        raise BadFile(Text(N_("%(name)s is empty."), {"name": filename}))
    kind = media_type(head, filename)
    path = path_of(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        chunk = head
        while chunk:
            size += len(chunk)
            digest.update(chunk)
            file.write(chunk)
            chunk = stream.read(CHUNK) if size <= FILE_BYTES else b""
        file.flush()
        os.fsync(file.fileno())
    if size > FILE_BYTES:
        path.unlink()
        raise BadFile(Text(N_("%(name)s is larger than %(mb)s MB."), {"name": filename, "mb": FILE_BYTES // MEGABYTE}))
    return Stored(ended(filename, kind), kind, size, digest.hexdigest(), key)


def clean(filename: str) -> str:
    """A name that can be shown: the last part, without control and direction marks."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if char.isprintable() and char not in _DIRECTIONS).strip(" .")
    return shown[-NAME_LENGTH:] or "file"


def ended(filename: str, kind: str) -> str:
    """The name with an ending of its real type: what is saved as .html would run where it is opened."""
    endings = ALLOWED[kind]
    return filename if filename.lower().rpartition(".")[2] in endings else f"{filename}.{endings[0]}"


_DIRECTIONS = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
