"""A local double of Stripe: form-encoded, keys honoured as Stripe honours them, disputes and signed messages."""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

KEY, SECRET = "sk_test_double", "whsec_double"  # noqa: S105
Thing = dict[str, Any]


class No(Exception):
    """An error as Stripe words it."""

    def __init__(self, status: int, kind: str, code: str | None = None) -> None:
        super().__init__(code)
        self.status, self.body = status, {"error": {"type": kind, "code": code, "message": f"No: {code or kind}"}}


@dataclass
class Stripe:
    """The application. `wrong` names what goes wrong with the next requests: broken, broken_after, limit, conflict."""

    wrong: list[str] = field(default_factory=list)
    refunds: list[Thing] = field(default_factory=list)
    intents: dict[str, Thing] = field(default_factory=dict)
    disputes: dict[str, Thing] = field(default_factory=dict)
    files: list[bytes] = field(default_factory=list)
    kept: dict[str, tuple[Any, int, Thing]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.urls = Map(
            [
                Rule("/v1/refunds", endpoint=self._refund, methods=["POST"]),
                Rule("/v1/refunds", endpoint=self._refunds, methods=["GET"]),
                Rule("/v1/refunds/<ref>", endpoint=lambda _, ref: _one(self.refunds, ref), methods=["GET"]),
                Rule("/v1/payment_intents/<ref>", endpoint=lambda _, ref: self._intent(ref), methods=["GET"]),
                Rule("/v1/payment_intents/<ref>/cancel", endpoint=self._cancel, methods=["POST"]),
                Rule("/v1/disputes", endpoint=lambda r: _page(r, list(self.disputes.values())), methods=["GET"]),
                Rule("/v1/disputes/<ref>", endpoint=lambda _, ref: self._dispute(ref), methods=["GET"]),
                Rule("/v1/disputes/<ref>", endpoint=self._evidence, methods=["POST"]),
                Rule("/v1/disputes/<ref>/close", endpoint=self._close, methods=["POST"]),
                Rule("/v1/files", endpoint=self._file, methods=["POST"]),
            ]
        )

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append(f"{request.method} {request.path}")
        try:
            with request:  # files that were sent are closed
                status, body = self._answer(request, environ)
        except No as no:
            status, body = no.status, no.body
        except HTTPException as error:
            status, body = error.code or 500, {"error": {"type": "invalid_request_error", "code": "resource_missing"}}
        return Response(json.dumps(body), status, content_type="application/json")(environ, start_response)

    def _answer(self, request: Request, environ: Any) -> tuple[int, Thing]:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            raise No(401, "invalid_request_error", "api_key_invalid")
        wrong = self.wrong.pop(0) if self.wrong else ""
        if wrong == "limit":
            raise No(429, "invalid_request_error", "rate_limit")
        if wrong == "conflict":
            raise No(409, "idempotency_error", "idempotency_key_in_use")
        view, found = self.urls.bind_to_environ(environ).match()
        key, said = request.headers.get("Idempotency-Key"), (request.path, sorted(request.form.items(multi=True)))
        if request.method == "POST" and key in self.kept:
            had, status, body = self.kept[key]
            if had != said:
                raise No(400, "idempotency_error")
            return status, body
        status, body = self._do(view, request, found, wrong)
        if request.method == "POST" and key:
            self.kept[key] = said, status, body  # 500 too: that is what it says to this key for a day
        return status, body

    def _do(self, view: Callable[..., Thing], request: Request, found: Any, wrong: str) -> tuple[int, Thing]:
        broken: tuple[int, Thing] = 500, {"error": {"type": "api_error", "message": "An error occurred."}}
        if wrong == "broken":
            return broken
        try:
            done = view(request, **found)
        except No as no:
            return no.status, no.body
        return broken if wrong == "broken_after" else (200, done)

    def intent(self, ref: str, amount: int, currency: str = "cny", captured: int | None = None) -> None:
        """A payment the double knows of; by default wholly captured."""
        received = amount if captured is None else captured
        status = "succeeded" if received else "requires_capture"
        self.intents[ref] = {
            "id": ref, "object": "payment_intent", "status": status, "currency": currency, "amount_received": received,
            "canceled_at": None,
        }  # fmt: skip

    def dispute(self, ref: str, intent: str, amount: int, **more: Any) -> Thing:
        """A dispute at the payer's bank."""
        self.disputes[ref] = {
            "id": ref, "object": "dispute", "charge": f"ch_{intent[3:]}", "payment_intent": intent, "amount": amount,
            "currency": self.intents[intent]["currency"], "status": "needs_response", "reason": "fraudulent",
            "created": 1_790_000_000, "evidence_details": {"due_by": 1_790_600_000}, **more,
        }  # fmt: skip
        return self.disputes[ref]

    def message(self, kind: str, thing: Thing, *, event: str = "evt_1", secret: str = SECRET, age_s: int = 0) -> Any:
        """(body, headers) of a message about `thing`."""
        said = {
            "id": event, "object": "event", "api_version": "2026-09-30", "created": 1_790_000_000, "type": kind,
            "data": {"object": thing},
        }  # fmt: skip
        body, at = json.dumps(said).encode(), int(time.time()) - age_s
        signed = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
        return body, {"Stripe-Signature": f"t={at},v1={signed}"}

    def _refund(self, request: Request) -> Thing:
        said = request.form
        intent, amount = self._intent(said["payment_intent"]), int(said["amount"])
        given = sum(
            r["amount"] for r in self.refunds if r["payment_intent"] == intent["id"] and r["status"] != "failed"
        )
        if any(d["payment_intent"] == intent["id"] and d["status"] != "won" for d in self.disputes.values()):
            raise No(400, "invalid_request_error", "charge_disputed")
        if given + amount > intent["amount_received"]:
            raise No(400, "invalid_request_error", "charge_already_refunded" if given else "amount_too_large")
        named = {name[9:-1]: value for name, value in said.items() if name.startswith("metadata[")}
        return self.made(intent["id"], amount, named)

    def made(self, intent: str, amount: int, named: Thing, **more: Any) -> Thing:
        """A refund in its books, ours or made in its own pages."""
        made = {
            "id": f"re_{uuid4().hex}", "object": "refund", "amount": amount,
            "currency": self.intents[intent]["currency"], "payment_intent": intent, "charge": f"ch_{intent[3:]}",
            "metadata": named, "status": "succeeded", "created": 1_790_000_000, **more,
        }  # fmt: skip
        self.refunds.append(made)
        return made

    def _refunds(self, request: Request) -> Thing:
        of = request.args.get("payment_intent")
        if of:
            self._intent(of)
        return _page(request, [r for r in reversed(self.refunds) if of in (None, r["payment_intent"])])

    def _intent(self, ref: str) -> Thing:
        if ref not in self.intents:
            raise No(404, "invalid_request_error", "resource_missing")
        return self.intents[ref]

    def _cancel(self, _request: Request, ref: str) -> Thing:
        intent = self._intent(ref)
        if intent["status"] != "requires_capture":
            raise No(400, "invalid_request_error", "payment_intent_unexpected_state")
        intent.update(status="canceled", canceled_at=1_790_000_100)
        return dict(intent)

    def _dispute(self, ref: str) -> Thing:
        if ref not in self.disputes:
            raise NotFound
        return self.disputes[ref]

    def _evidence(self, request: Request, ref: str) -> Thing:
        dispute = self._open(ref)
        dispute.update(status="under_review", said=dict(request.form))
        return dispute

    def _close(self, _request: Request, ref: str) -> Thing:
        dispute = self._open(ref)
        dispute["status"] = "lost"
        return dispute

    def _open(self, ref: str) -> Thing:
        dispute = self._dispute(ref)
        if dispute["status"] in ("won", "lost"):
            raise No(400, "invalid_request_error", "dispute_closed")
        return dispute

    def _file(self, request: Request) -> Thing:
        self.files.append(request.files["file"].read())
        return {"id": f"file_{len(self.files)}", "object": "file", "purpose": request.form["purpose"]}


def _one(things: list[Thing], ref: str) -> Thing:
    found = [thing for thing in things if thing["id"] == ref]
    if not found:
        raise No(404, "invalid_request_error", "resource_missing")
    return found[0]


def _page(request: Request, things: list[Thing]) -> Thing:
    """The next so many after the one that was named last, newest first."""
    names = [thing["id"] for thing in things]
    first = names.index(request.args["starting_after"]) + 1 if "starting_after" in request.args else 0
    last = first + int(request.args.get("limit", 10))
    return {"object": "list", "url": request.path, "has_more": last < len(things), "data": things[first:last]}
