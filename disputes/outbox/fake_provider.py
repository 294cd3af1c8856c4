"""The client of the sandbox's payment provider, over HTTP as with a real one."""

from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

import httpx

from .job import Unavailable
from .provider import Answer, RefundOrder

TIMEOUT = httpx.Timeout(5.0, connect=2.0)
REFUSED = 402  # it will never send this money, however often we ask


_trusted = cache(httpx.create_ssl_context)  # reading the certificates takes longer than a whole refund


class FakeProvider:
    """One provider at one address. Errors: see the port."""

    def __init__(self, url: str, timeout: httpx.Timeout = TIMEOUT) -> None:
        self._url, self._timeout = url.rstrip("/"), timeout

    def refund(self, order: RefundOrder) -> Answer:
        """POST /refunds with the order's key."""
        body = {name: value for name, value in asdict(order).items() if name != "key"}
        return self._ask("POST", "/refunds", json=body, headers={"Idempotency-Key": order.key})

    def fetch(self, ref: str) -> Answer:
        """GET /refunds/<ref>."""
        return self._ask("GET", f"/refunds/{ref}")

    def _ask(self, method: str, path: str, **kwargs: Any) -> Answer:
        try:
            # No proxy of the environment's: the sandbox is on this machine.
            with httpx.Client(base_url=self._url, timeout=self._timeout, trust_env=False, verify=_trusted()) as client:
                response = client.request(method, path, **kwargs)
        except httpx.TransportError as error:
            raise Unavailable(f"the provider did not answer: {error!r}") from error
        if response.status_code == REFUSED:
            return Answer("failed", code=response.json()["code"])
        if not response.is_success:
            # 409 among them: the key was used for another amount. Nothing is known, so nothing is concluded.
            raise Unavailable(f"the provider answered {response.status_code}")
        told = response.json()
        at = datetime.fromisoformat(told["arrived_at"]) if told["arrived_at"] else None
        return Answer(told["status"], ref=told["id"], code=told["code"], at=at)
