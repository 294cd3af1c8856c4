"""Signing in and out: passwords in argon2, sessions as rows."""

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select, update

from disputes.db import db
from disputes.models import Account, Session
from disputes.web.secret import hash_of

HASHER = PasswordHasher()
ABSOLUTE_END = timedelta(days=7)
# Checked when there is no such account, so that an unknown address takes as long as a wrong password.
DECOY = HASHER.hash(secrets.token_urlsafe(16))


def account_with(email: str, password: str) -> int | None:
    """The account of that address, if the password is right and it may sign in. Takes the same time either way."""
    row = db.session.execute(
        select(Account.id, Account.password_hash, Account.disabled_at).where(Account.email == email.strip().lower())
    ).one_or_none()
    db.session.rollback()  # no transaction stays open while argon2 works
    right = _matches(row.password_hash if row and row.password_hash else DECOY, password)
    return row.id if row and right and row.password_hash and row.disabled_at is None else None


def hashed(password: str) -> str:
    """A password's argon2 hash. Takes a while: never inside a write transaction."""
    return HASHER.hash(password)


def _matches(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def open_session(account_id: int, *, now: datetime, browser: str) -> str:
    """Write a new session; the token returned is shown to the browser only."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        Session(
            token_hash=hash_of(token), account_id=account_id, created_at=now, seen_at=now,
            expires_at=now + ABSOLUTE_END, browser=browser[:200],
        )
    )  # fmt: skip
    db.session.flush()
    return token


def end_session(token_hash: str, *, now: datetime) -> None:
    """End one session; its token is worth nothing from now on."""
    db.session.execute(update(Session).where(Session.token_hash == token_hash).values(ended_at=now))


def set_password(account: Account, password: str, *, now: datetime) -> None:
    """A new password ends every session the account had."""
    account.password_hash = HASHER.hash(password)
    ended = update(Session).where(Session.account_id == account.id, Session.ended_at.is_(None)).values(ended_at=now)
    db.session.execute(ended)
