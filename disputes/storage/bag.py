"""Bags for handing over: BagIt 1.0 (RFC 8493) in a ZIP, the same bytes whenever the same is put in."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

CHUNK = 256 * 1024
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"


@dataclass(frozen=True)
class Item:
    """One file of the payload: `name` below data/, of letters, digits, "-", "/" and "."; bytes, or where they lie."""

    name: str
    content: bytes | Path
    sha256: str | None = None  # what the file must still be


class Changed(ValueError):
    """A file is not the one that was handed in."""


@dataclass(frozen=True)
class Bag:
    """A bag on the disk that nothing names yet."""

    path: Path
    sha256: str
    size: int


@contextmanager
def built(folder: Path, name: str, info: Iterable[tuple[str, str]], items: Iterable[Item]) -> Iterator[Bag]:
    """Write a bag called `name`; it is removed again unless it was kept. Changed when a file is another by now."""
    place = folder / "bags" / "new"
    place.mkdir(parents=True, exist_ok=True)
    path = place / secrets.token_hex(16)
    try:
        with path.open("xb") as file:
            with ZipFile(file, "w", ZIP_STORED) as pack:
                _fill(pack, name, info, items)
            file.flush()
            os.fsync(file.fileno())
        with path.open("rb") as file:
            yield Bag(path, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
    finally:
        path.unlink(missing_ok=True)


def keep(folder: Path, bag: Bag) -> None:
    """Keep a bag under its own hash."""
    target = path_of(folder, bag.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    bag.path.replace(target)


def path_of(folder: Path, sha256: str) -> Path:
    """Where a bag with this hash lies."""
    if not sha256.isalnum():
        raise ValueError("not a hash")
    return folder / "bags" / sha256[:2] / sha256


def _fill(pack: ZipFile, name: str, info: Iterable[tuple[str, str]], items: Iterable[Item]) -> None:
    payload, octets = {}, 0
    for item in sorted(items, key=lambda item: item.name):
        found, size = _add(pack, f"{name}/data/{item.name}", item.content)
        if item.sha256 not in (None, found):
            raise Changed(item.name)
        payload[f"data/{item.name}"] = found
        octets += size
    lines = [*info, ("Payload-Oxum", f"{octets}.{len(payload)}")]
    tags = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(f"{label}: {' '.join(value.split())}\n" for label, value in lines),
        MANIFEST: _manifest(payload),
    }
    sums = {tag: _add(pack, f"{name}/{tag}", text.encode())[0] for tag, text in tags.items()}
    _add(pack, f"{name}/{TAG_MANIFEST}", _manifest(sums).encode())


def _manifest(sums: dict[str, str]) -> str:
    return "".join(f"{sha256}  {path}\n" for path, sha256 in sums.items())


def _add(pack: ZipFile, path: str, content: bytes | Path) -> tuple[str, int]:
    """Write one file; returns its SHA-256 and its size in bytes."""
    entry = ZipInfo(path)  # of 1980, whenever it is written
    entry.external_attr = 0o644 << 16
    digest, size = hashlib.sha256(), 0
    with pack.open(entry, "w", force_zip64=True) as target:
        for chunk in _chunks(content):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return digest.hexdigest(), size


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
