"""The client of the sandbox's payment provider, over HTTP as with a real one."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from itertools import count
from types import MappingProxyType
from typing import Any

import httpx

from disputes.moment import real_now

from . import signature
from .job import Hopeless, Unavailable
from .provider import (
    Answer,
    BadSignature,
    DisputeTold,
    EvidenceOrder,
    HoldOrder,
    Notice,
    RefundOrder,
    RefundTold,
    VoidOrder,
    VoucherOrder,
)

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
REFUSED = 402  # it will never send this money, however often we ask
MISSING = 404
PAGE = 500

_trusted = cache(httpx.create_ssl_context)  # reading the certificates takes longer than a whole refund


class FakeProvider:
    """One provider at one address, whose messages are signed with one of `secrets`. Errors: see the port."""

    def __init__(self, url: str, secrets: Sequence[str] = (), timeout: httpx.Timeout = TIMEOUT) -> None:
        self._url, self._secrets, self._timeout = url.rstrip("/"), secrets, timeout

    def refund(self, order: RefundOrder) -> Answer:
        """POST /refunds with the order's key."""
        response = self._send("POST", "/refunds", **_keyed(order))
        if response.status_code == REFUSED:
            return Answer("failed", code=response.json()["code"])
        return _answer(_read(response))

    def void(self, order: VoidOrder) -> Answer:
        """POST /voids with the order's key."""
        told = _read(self._send("POST", "/voids", **_keyed(order)))
        return Answer("succeeded", ref=told["id"], code=told["code"], at=datetime.fromisoformat(told["at"]))

    def hold(self, order: HoldOrder) -> None:
        """POST /holds with the order's key."""
        _read(self._send("POST", "/holds", **_keyed(order)))

    def release(self, order: HoldOrder) -> None:
        """POST /holds/release with the same key."""
        _read(self._send("POST", "/holds/release", **_keyed(order)))

    def voucher(self, order: VoucherOrder) -> None:
        """POST /vouchers with the order's key."""
        _read(self._send("POST", "/vouchers", **_keyed(order)))

    def fetch(self, ref: str) -> Answer:
        """GET /refunds/<ref>."""
        return _answer(_read(self._send("GET", f"/refunds/{ref}")))

    def fetch_refund_told(self, ref: str) -> RefundTold:
        """GET /refunds/<ref>."""
        return _refund_told(_read(self._send("GET", f"/refunds/{ref}")))

    def fetch_dispute(self, ref: str) -> DisputeTold:
        """GET /disputes/<ref>."""
        return _dispute_told(_read(self._send("GET", f"/disputes/{ref}")))

    def refunds_of(self, payment_ref: str | None = None) -> Iterator[RefundTold]:
        """GET /refunds, page by page."""
        return map(_refund_told, self._all("/refunds", {"payment_ref": payment_ref} if payment_ref else {}))

    def disputes_of(self) -> Iterator[DisputeTold]:
        """GET /disputes, page by page."""
        return map(_dispute_told, self._all("/disputes"))

    def submit_evidence(self, order: EvidenceOrder) -> None:
        """POST /disputes/<ref>/evidence."""
        files = [{"name": name, "type": kind, "content": b64encode(body).decode()} for name, kind, body in order.files]
        body, headers = {"text": order.text, "files": files}, {"Idempotency-Key": order.key}
        _read(self._send("POST", f"/disputes/{order.dispute_ref}/evidence", json=body, headers=headers))

    def accept_dispute(self, ref: str, key: str) -> None:
        """POST /disputes/<ref>/accept."""
        _read(self._send("POST", f"/disputes/{ref}/accept", json={}, headers={"Idempotency-Key": key}))

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Check the signature, then read. Raises BadSignature."""
        signature.check(body, headers.get(signature.HEADER, ""), self._secrets, real_now())
        try:
            said = json.loads(body)
            return Notice(said["id"], said["kind"], said["ref"])
        except (ValueError, KeyError, TypeError):
            raise BadSignature("signed, but not a message we know") from None

    def _all(self, path: str, of: Mapping[str, str] = MappingProxyType({})) -> Iterator[dict[str, Any]]:
        for first in count(0, PAGE):
            page = _read(self._send("GET", path, params={**of, "from": first, "limit": PAGE}))["rows"]
            yield from page
            if len(page) < PAGE:
                return

    def _send(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        try:
            # No proxy of the environment's: the sandbox is on this machine.
            with httpx.Client(base_url=self._url, timeout=self._timeout, trust_env=False, verify=_trusted()) as client:
                return client.request(method, path, **kwargs)
        except httpx.TransportError as error:
            raise Unavailable(f"the provider did not answer: {error!r}") from error


def _keyed(order: RefundOrder | VoidOrder | HoldOrder | VoucherOrder) -> dict[str, Any]:
    body = {name: value for name, value in asdict(order).items() if name != "key"}
    return {"json": body, "headers": {"Idempotency-Key": order.key}}


def _read(response: httpx.Response) -> dict[str, Any]:
    if response.status_code == MISSING:
        raise Hopeless("the provider knows nothing of it")
    if not response.is_success:
        # 409 among them: the key was used for another amount. Nothing is known, so nothing is concluded.
        raise Unavailable(f"the provider answered {response.status_code}")
    told: dict[str, Any] = response.json()
    return told


def _answer(told: Mapping[str, Any]) -> Answer:
    return Answer(told["status"], ref=told["id"], code=told["code"], at=_moment(told["arrived_at"]))


def _refund_told(told: Mapping[str, Any]) -> RefundTold:
    at = datetime.fromisoformat(told["arrived_at"] or told["at"])
    names = ("key", "payment_ref", "capture_ref", "amount_minor", "currency", "status", "code")
    return RefundTold(ref=told["id"], at=at, **{name: told[name] for name in names})


def _dispute_told(told: Mapping[str, Any]) -> DisputeTold:
    names = ("payment_ref", "capture_ref", "amount_minor", "currency", "status", "reason")
    at, due_at = datetime.fromisoformat(told["at"]), _moment(told["due_at"])
    return DisputeTold(ref=told["id"], due_at=due_at, at=at, **{name: told[name] for name in names})


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
