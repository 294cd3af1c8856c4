"""A payment provider that pays nobody: same keys, same answers, and books of its own."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from . import messages
from .asked import Answered, key_of
from .disputing import Disputes
from .holds import PART, WHAT, Holds, book_of
from .ledger import Ledger
from .messages import Messages
from .mischief import Mischief
from .refunds import Refunds
from .vouchers import Vouchers
from .vouchers import book_of as vouchers_of

HELD = ("shop_id", "seller_ref", "what")


class FakeBank:
    """The provider as a WSGI application. `delay_ms`: how long a refund takes to arrive; `bounce_ms`: how long after
    that one comes back that does; `webhooks`: where its messages go, signed with `secret`. None are sent without."""

    def __init__(
        self, ledger: Path, delay_ms: int = 0, *, bounce_ms: int = 2000, webhooks: str = "", secret: str = "",
        mischief: Mischief | None = None,
    ) -> None:  # fmt: skip
        self._mischief, books = mischief or Mischief(), Ledger.open(ledger)
        self.messages = Messages(messages.book_of(ledger), webhooks, secret, self._mischief)
        delay, bounces = timedelta(milliseconds=delay_ms), timedelta(milliseconds=bounce_ms)
        refunds = Refunds(books, self.messages, self._mischief, delay, bounces)
        disputes = Disputes(books, self.messages)
        self._holds, vouchers = Holds(book_of(ledger)), Vouchers(vouchers_of(ledger), self._mischief)
        self._urls = Map(
            [
                _rule("POST", "/refunds", refunds.post),
                _rule("GET", "/refunds", refunds.all),
                _rule("GET", "/refunds/<ref>", refunds.get),
                _rule("POST", "/voids", refunds.void),
                _rule("GET", "/disputes", disputes.all),
                _rule("GET", "/disputes/<ref>", disputes.get),
                _rule("POST", "/disputes/<ref>/evidence", disputes.evidence),
                _rule("POST", "/disputes/<ref>/accept", disputes.accept),
                _rule("POST", "/vouchers", vouchers.post),
                _rule("GET", "/shops/<shop_id>/vouchers/<code>", vouchers.get),
                _rule("POST", "/holds", lambda request: self._note("hold", request)),
                _rule("POST", "/holds/release", lambda request: self._note("release", request)),
                _rule("GET", "/sellers/<shop_id>/<path:seller_ref>/holds", self._held),
                _rule("GET", "/sellers/<shop_id>/<path:seller_ref>/kept", self._kept),
                # What a real provider does not offer: others' moves, and what it does wrong.
                _rule("POST", "/_bank/disputes", disputes.open),
                _rule("POST", "/_bank/disputes/<ref>", disputes.decide),
                _rule("POST", "/_bank/refunds", refunds.from_back_office),
                _rule("POST", "/_bank/refunds/<ref>/fail", refunds.fail),
                _rule("POST", "/_mischief", self._misbehave),
            ]
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        try:
            view, found = self._urls.bind_to_environ(environ).match()
            answered = view(Request(environ), **found)
        except HTTPException as error:
            answered = Answered(error.code or 500, {"code": error.name})
        response = Response(json.dumps(answered.body), answered.status, content_type="application/json")
        return response(environ, start_response)

    def _note(self, do: str, request: Request) -> Answered:
        key, body = key_of(request), request.get_json()
        if not all(isinstance(body.get(name), str) for name in HELD) or body["what"] not in (*WHAT, PART):
            raise BadRequest
        if self._mischief.does("broken"):
            return Answered(500, {"code": "broken"})
        seller = body["shop_id"], body["seller_ref"]
        self._holds.note(do, seller, body["what"], key, int(body.get("amount_minor", 0)))
        return Answered(200, self._holds.of(seller))

    def _held(self, _request: Request, shop_id: str, seller_ref: str) -> Answered:
        return Answered(200, self._holds.of((shop_id, seller_ref)))

    def _kept(self, _request: Request, shop_id: str, seller_ref: str) -> Answered:
        return Answered(200, {"kept_minor": self._holds.kept_minor((shop_id, seller_ref))})

    def _misbehave(self, request: Request) -> Answered:
        """{"slow": 2, "broken_after": "5%"}: from now on, and nothing else."""
        try:
            self._mischief.set(request.get_json())
        except (ValueError, TypeError, AttributeError) as error:
            raise BadRequest from error
        return Answered(200, {})


def _rule(method: str, path: str, view: Callable[..., Answered]) -> Rule:
    return Rule(path, endpoint=view, methods=[method])  # type: ignore[arg-type]


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None:
        """The ledger tells what happened."""


def serve(bank: FakeBank, port: int) -> None:
    """Answer on this machine only, and send messages, until the process is ended."""
    server = make_server("127.0.0.1", port, bank, threaded=True, request_handler=_Quiet)
    bank.messages.start()
    server.serve_forever()
