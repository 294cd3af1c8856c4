"""A payment provider that pays nobody: same keys, same answers, and books of its own."""

import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from werkzeug.exceptions import BadRequest, Conflict, HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from .ledger import Ledger

ORDERED = ("payment_ref", "capture_ref", "amount_minor", "currency")
URLS = Map(
    [
        Rule("/refunds", endpoint="refund", methods=["POST"]),
        Rule("/refunds/<ref>", endpoint="fetch", methods=["GET"]),
        Rule("/_mischief", endpoint="mischief", methods=["POST"]),
    ]
)


class Answered(NamedTuple):
    """An HTTP answer: status and JSON body."""

    status: int
    body: dict[str, Any]


class FakeBank:
    """The provider as a WSGI application. `delay_ms`: how long a refund takes to arrive."""

    def __init__(self, ledger: Path, delay_ms: int = 0) -> None:
        self._ledger, self._delay = Ledger.open(ledger), timedelta(milliseconds=delay_ms)
        self._mischief: dict[str, int] = {}  # what to do wrong, and how many times still

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        request = Request(environ)
        try:
            endpoint, found = URLS.bind_to_environ(environ).match()
            answered = getattr(self, f"_{endpoint}_{request.method.lower()}")(request, **found)
        except HTTPException as error:
            answered = Answered(error.code or 500, {"code": error.name})
        response = Response(json.dumps(answered.body), answered.status, content_type="application/json")
        return response(environ, start_response)

    def _refund_post(self, request: Request) -> Answered:
        key, order = request.headers.get("Idempotency-Key"), _order(request)
        if not key:
            raise BadRequest
        if self._does("broken"):
            return Answered(500, {"code": "broken"})
        with self._ledger.lock:
            entry = self._ledger.by_key.get(key)
            if entry is not None and any(entry[name] != order[name] for name in ORDERED):
                raise Conflict
            entry = entry or self._ledger.append(self._decide(key, order))
        if self._does("slow"):
            time.sleep(1.5)
        if self._does("broken_after"):
            return Answered(500, {"code": "broken"})
        return self._told(entry, 201)

    def _decide(self, key: str, order: dict[str, Any]) -> dict[str, Any]:
        code = "too_much" if order["amount_minor"] > self._ledger.left_minor(order) else None
        code = "refused" if self._does("refuse") else code
        at = datetime.now(UTC).isoformat()
        return {"id": f"re_{uuid.uuid4().hex[:16]}", "key": key, "code": code, "at": at, **order}

    def _fetch_get(self, _request: Request, ref: str) -> Answered:
        entry = self._ledger.by_id.get(ref)
        if entry is None:
            raise NotFound
        return self._told(entry, 200)

    def _told(self, entry: dict[str, Any], status: int) -> Answered:
        if entry["code"]:
            return Answered(402, {"code": entry["code"]})
        arrives = datetime.fromisoformat(entry["at"]) + self._delay
        there = arrives <= datetime.now(UTC)
        body = {"id": entry["id"], "status": "succeeded" if there else "pending", "code": None}
        return Answered(status, {**body, "arrived_at": arrives.isoformat() if there else None})

    def _mischief_post(self, request: Request) -> Answered:
        """For tests: {"slow": n, "broken": n, "broken_after": n, "refuse": n}, each for the next n refunds."""
        self._mischief = {str(name): int(times) for name, times in request.get_json().items()}
        return Answered(200, {})

    def _does(self, what: str) -> bool:
        left = self._mischief.get(what, 0)
        self._mischief[what] = left - 1
        return left > 0


def _order(request: Request) -> dict[str, Any]:
    body = request.get_json()
    try:
        order = {name: str(body[name]) for name in ("payment_ref", "capture_ref", "currency")}
        return order | {name: int(body[name]) for name in ("amount_minor", "captured_minor")}
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest from error


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None:
        """The ledger tells what happened."""


def serve(ledger: Path, port: int, delay_ms: int) -> None:
    """Answer on this machine only, until the process is ended."""
    make_server("127.0.0.1", port, FakeBank(ledger, delay_ms), threaded=True, request_handler=_Quiet).serve_forever()
