"""What a request to the fake provider holds, and what it is answered."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request


class Answered(NamedTuple):
    """An HTTP answer: status and JSON body."""

    status: int
    body: dict[str, Any]


def key_of(request: Request) -> str:
    """The key that makes asking twice the same as asking once. BadRequest without one."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        raise BadRequest
    return key


def read(request: Request, words: Iterable[str], numbers: Iterable[str] = ()) -> dict[str, Any]:
    """These fields of the body, as text and as whole numbers. BadRequest when one is missing or something else."""
    body = request.get_json()
    try:
        found = {name: str(body[name]) for name in words}
        return found | {name: int(body[name]) for name in numbers}
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest from error


def page(request: Request, rows: list[dict[str, Any]]) -> Answered:
    """So many rows from the one on that was asked for."""
    first, limit = int(request.args.get("from", 0)), int(request.args.get("limit", 100))
    return Answered(200, {"rows": rows[first : first + limit]})


def new_id(prefix: str) -> str:
    """A name nobody had before."""
    return f"{prefix}_{uuid.uuid4().hex[:16]}"


def now() -> str:
    """The real time as JSON has it."""
    return datetime.now(UTC).isoformat()
