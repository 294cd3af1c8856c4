"""Signed messages: HMAC-SHA256 over the time and the body's raw bytes, so that neither can be changed or sent later."""

import hmac
from collections.abc import Sequence
from datetime import datetime

from .provider import BadSignature

HEADER = "Provider-Signature"
TOLERANCE_S = 300


def sign(body: bytes, secret: str, at: datetime) -> str:
    """The header's value: `t=<seconds since 1970>,v1=<hex>`."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(body, secret, seconds)}"


def check(body: bytes, said: str, secrets: Sequence[str], now: datetime) -> None:
    """BadSignature unless one of `secrets` (two while one is being replaced) signed it not long ago."""
    parts = [part.partition("=")[::2] for part in said.split(",")]
    try:
        seconds = int(dict(parts)["t"])
    except (KeyError, ValueError):
        raise BadSignature("no time") from None
    if abs(now.timestamp() - seconds) > TOLERANCE_S:
        raise BadSignature("too old")
    signed = [value.encode() for name, value in parts if name == "v1"]
    wanted = [_digest(body, secret, seconds).encode() for secret in secrets if secret]
    if not any(hmac.compare_digest(one, want) for one in signed for want in wanted):
        raise BadSignature("signed by somebody else")


def _digest(body: bytes, secret: str, seconds: int) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()
