"""Name stored files as exhibits of a locked case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Evidence
from disputes.text import N_, Text

from .sniff import CASE_BYTES, FILES_PER_SIDE, MEGABYTE, BadFile
from .store import Stored


def attach(
    case_id: int, files: Sequence[Stored], *, role: str, account_id: int, kind: str, received_at: datetime
) -> list[int]:
    """Add files as the case's next exhibits; returns their numbers. BadFile when it would be too many, or too much."""
    if not files:
        return []
    mine = func.count().filter(Evidence.role == role)
    held = func.coalesce(func.sum(Evidence.size), 0)
    last, count, size = db.session.execute(
        select(func.coalesce(func.max(Evidence.number), 0), mine, held).where(Evidence.case_id == case_id)
    ).one()
    if count + len(files) > FILES_PER_SIDE:
        raise BadFile(Text(N_("Up to %(n)s files can be added."), {"n": FILES_PER_SIDE}))
    if size + sum(file.size for file in files) > CASE_BYTES:
        reason = N_("The files of a case can have up to %(mb)s MB together, and there is not that much room left.")
        raise BadFile(Text(reason, {"mb": CASE_BYTES // MEGABYTE}))
    numbers = list(range(last + 1, last + 1 + len(files)))
    db.session.add_all(
        Evidence(
            case_id=case_id, number=number, kind=kind, filename=file.filename, media_type=file.media_type,
            size=file.size, sha256=file.sha256, storage_key=file.storage_key, role=role, account_id=account_id,
            received_at=received_at,
        )
        for number, file in zip(numbers, files, strict=True)
    )  # fmt: skip
    db.session.flush()
    return numbers


def told(numbers: Sequence[int], files: Sequence[Stored]) -> dict[str, list[Any]]:
    """For an event's details: which exhibits, and a hash of each, so that no file can be changed behind our back."""
    return {"exhibits": list(numbers), "sha256": [file.sha256 for file in files]}
