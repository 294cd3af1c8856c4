"""The second step: codes of a telephone (RFC 6238), and recovery codes for when it is gone. None opens twice."""

import base64
import hmac
import unicodedata
from collections.abc import Sequence
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import CursorResult

from disputes.db import db
from disputes.models import Account, RecoveryCode
from disputes.web.secret import hash_of, made_from

from .staff import new_password

STEP_S = 30
DRIFT = (0, -1, 1)  # steps a telephone's clock may be off
RECOVERY_CODES = 10
PURPOSE, ISSUER = "totp", "Disputes"


def secret_of(salt: str) -> str:
    """The secret a telephone keeps, in base32."""
    return base64.b32encode(made_from(salt, PURPOSE)[:20]).decode()


def address_of(salt: str, email: str) -> str:
    """The otpauth:// address a telephone reads."""
    return pyotp.TOTP(secret_of(salt)).provisioning_uri(name=email, issuer_name=ISSUER)


def is_on(account_id: int) -> bool:
    """Whether somebody signs in with a second step."""
    return db.session.scalar(select(Account.totp_since).where(Account.id == account_id)) is not None


def confirm(account_id: int, salt: str, typed: str, *, now: datetime) -> Sequence[str] | None:
    """Turn the second step on with a first code; returns the recovery codes, this once. None: the code is wrong."""
    account = _locked(account_id)
    step = None if account.totp_since else _step_of(salt, typed, 0, now)
    if step is None:
        return None
    account.totp_salt, account.totp_step, account.totp_since = salt, step, now
    return new_recovery(account_id)


def new_recovery(account_id: int) -> Sequence[str]:
    """Ten new recovery codes instead of the old ones, returned this once."""
    codes = [new_password() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    db.session.add_all(RecoveryCode(account_id=account_id, code_hash=hash_of(_plain(code))) for code in codes)
    db.session.flush()
    return codes


def check(account_id: int, typed: str, *, now: datetime) -> bool:
    """Take a code or a recovery code of somebody, once. The caller commits, whatever the answer."""
    account = _locked(account_id)
    if account.totp_since is None or account.totp_salt is None:
        return False
    return _take_code(account, typed, now) or _take_recovery(account_id, typed, now)


def turn_off(account_id: int) -> None:
    """Sign in by password alone from now on."""
    account = _locked(account_id)
    account.totp_salt = account.totp_since = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    db.session.flush()


def codes_left(account_id: int) -> int:
    """How many recovery codes were not used."""
    unused = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def _take_code(account: Account, typed: str, now: datetime) -> bool:
    """Whether it is a code of now that was not taken before; it is taken with that, and every older one."""
    step = _step_of(account.totp_salt or "", typed, account.totp_step, now)
    if step is not None:
        account.totp_step = step
        db.session.flush()
    return step is not None


def _step_of(salt: str, typed: str, behind: int, now: datetime) -> int | None:
    """The step whose code was typed, if it lies behind the one taken last; spaces and other digits are fine."""
    digits = "".join(str(unicodedata.decimal(char, "")) for char in typed)
    clock, here = pyotp.TOTP(secret_of(salt)), int(now.timestamp()) // STEP_S
    right = [here + off for off in DRIFT if hmac.compare_digest(clock.generate_otp(here + off), digits)]
    return max((step for step in right if step > behind), default=None)


def _take_recovery(account_id: int, typed: str, now: datetime) -> bool:
    mine = RecoveryCode.account_id == account_id, RecoveryCode.code_hash == hash_of(_plain(typed))
    taken = db.session.execute(update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now))
    assert isinstance(taken, CursorResult)
    return taken.rowcount == 1


def _plain(code: str) -> str:
    return "".join(char for char in code.lower() if char.isalnum())


def _locked(account_id: int) -> Account:
    query = select(Account).where(Account.id == account_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
