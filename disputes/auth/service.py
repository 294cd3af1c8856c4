"""Signing in and out: passwords in argon2, sessions as rows."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult

from disputes.db import db
from disputes.models import Account, Session
from disputes.web.secret import hash_of

from .people import IDLE_END

HASHER = PasswordHasher()
MOST = 100  # sessions of one person that are listed
ABSOLUTE_END, HANDED_END, HALF_END = timedelta(days=7), timedelta(days=1), timedelta(minutes=10)
SHORT = 16  # characters of a session's hash that name it to its owner; the hash itself opens nothing
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


def open_session(
    account_id: int, *, now: datetime, browser: str, half: bool = False, from_shop: str | None = None
) -> str:  # fmt: skip
    """Write a new session; the token returned is shown to the browser only.

    `half`: it opens nothing but the second step. `from_shop`: it is a buyer's in that shop and nothing else."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        Session(
            token_hash=hash_of(token), account_id=account_id, created_at=now, seen_at=now,
            expires_at=now + (HALF_END if half else HANDED_END if from_shop else ABSOLUTE_END), browser=browser[:200],
            half=half, from_shop=from_shop, sure_at=None if half or from_shop else now,
        )
    )  # fmt: skip
    db.session.flush()
    return token


def end_session(token_hash: str, *, now: datetime) -> None:
    """End one session; its token is worth nothing from now on."""
    db.session.execute(update(Session).where(Session.token_hash == token_hash).values(ended_at=now))


def change_password(account_id: int, password_hash: str, *, now: datetime, but: str) -> None:
    """Somebody's own new password; it ends every session but the one it was given in."""
    db.session.execute(update(Account).where(Account.id == account_id).values(password_hash=password_hash))
    end_sessions(account_id, now=now, but=but)


def end_sessions(account_id: int, *, now: datetime, but: str | None = None) -> None:
    """End every session of an account, `but` the one of that hash."""
    live = update(Session).where(Session.account_id == account_id, Session.ended_at.is_(None))
    db.session.execute(live.where(Session.token_hash != (but or "")).values(ended_at=now))


def end_own(account_id: int, short: str, *, now: datetime) -> bool:
    """End one session of somebody by the beginning of its hash; False when they have none such."""
    mine = (
        Session.account_id == account_id,
        Session.ended_at.is_(None),
        func.substr(Session.token_hash, 1, SHORT) == short,
    )
    ended = db.session.execute(update(Session).where(*mine).values(ended_at=now))
    assert isinstance(ended, CursorResult)
    return bool(ended.rowcount)


def sessions_of(account_id: int, *, now: datetime) -> Sequence[Session]:
    """The sessions somebody is signed in with, the one used last first."""
    live = Session.account_id == account_id, Session.ended_at.is_(None), Session.expires_at > now
    used = Session.half.is_(False), Session.seen_at > now - IDLE_END
    return db.session.scalars(select(Session).where(*live, *used).order_by(Session.seen_at.desc()).limit(MOST)).all()


def is_half(token: str, account_id: int, *, now: datetime) -> bool:
    """Whether a token is of a session of that account that waits for its second step."""
    query = (
        select(Session.token_hash)
        .join(Account, Account.id == Session.account_id)
        .where(Session.token_hash == hash_of(token), Session.account_id == account_id, Session.half.is_(True))
        .where(Session.ended_at.is_(None), Session.expires_at > now, Account.disabled_at.is_(None))
    )
    return db.session.scalar(query) is not None


def make_sure(token_hash: str, *, now: datetime) -> None:
    """Note that a password or code was just given in a session."""
    db.session.execute(update(Session).where(Session.token_hash == token_hash).values(sure_at=now))
