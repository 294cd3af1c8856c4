"""Secrets that are made again instead of kept: from a random salt in a table and the installation's key."""

import base64
import hashlib
import hmac
import secrets

from flask import current_app

from disputes.models.columns import REF_ALPHABET

from .configure import settings_of


def new_salt() -> str:
    """256 random bits for a column. Worth nothing without the key, so a stolen table opens nothing."""
    return secrets.token_urlsafe(32)


def made_from(salt: str, purpose: str) -> bytes:
    """The 256-bit secret of a salt; another purpose makes another secret."""
    key = settings_of(current_app).secret_key.encode()
    return hmac.digest(key, f"{purpose}\n{salt}".encode(), "sha256")


def token_of(salt: str, purpose: str) -> str:
    """The same, as it stands in a link."""
    return base64.urlsafe_b64encode(made_from(salt, purpose)).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """What a table holds of a token that was shown to one browser or sent to one person."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_of(salt: str, purpose: str) -> str:
    """The same, as people type it: 16 letters and digits, nothing that is misread, some 79 bits."""
    number = int.from_bytes(made_from(salt, purpose), "big")
    letters = "".join(REF_ALPHABET[number // len(REF_ALPHABET) ** at % len(REF_ALPHABET)] for at in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))
