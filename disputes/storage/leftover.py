"""Files that nothing names: stored with a form that was never sent, or packed and never handed over."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from disputes.db import db
from disputes.models import Evidence, Referral

from .store import Stored, path_of

KEPT_FOR = timedelta(hours=48)  # since it was stored, or sent along with a form once more
BATCH = 500


def clear(folder: Path, *, now: datetime, looks_back: timedelta | None = None) -> int:
    """Remove files that no exhibit and bags that no referral names, 48 hours old; returns how many.

    `now` is real time. With `looks_back` only files are looked at that grew so old within it."""
    newest = (now - KEPT_FOR).timestamp()
    oldest = newest - looks_back.total_seconds() if looks_back else 0.0
    span = (oldest, newest)
    removed = _clear(_files(folder / "evidence", *span), Evidence.storage_key)
    removed += _clear(_files(folder / "bags", *span), Referral.bundle_sha256)
    db.session.rollback()
    return removed


def _clear(found: Iterator[Path], names: Any) -> int:
    removed = 0
    while batch := {path.name: path for path in islice(found, BATCH)}:
        named = set(db.session.scalars(select(names).where(names.in_(batch))))
        for key in batch.keys() - named:
            batch[key].unlink(missing_ok=True)
            removed += 1
    return removed


def renew(folder: Path, stored: Iterable[Stored]) -> list[Stored]:
    """Those of the files that are still there, kept from now on for as long again."""
    there = []
    for file in stored:
        try:
            os.utime(path_of(folder, file.storage_key))
        except FileNotFoundError:
            continue
        there.append(file)
    return there


def _files(folder: Path, oldest: float, newest: float) -> Iterator[Path]:
    for place in sorted(folder.glob("*/")):
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False) and oldest <= entry.stat().st_mtime < newest:
                    yield Path(entry.path)
