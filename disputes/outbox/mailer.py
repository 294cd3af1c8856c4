"""Hand a mail to the mailer: a real SMTP server, or files in a folder when there is none."""

import hashlib
import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from disputes.moment import real_now
from disputes.settings import Settings

from .job import Unavailable

TIMEOUT_S = 10  # of each answer of the server
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Letter(NamedTuple):
    """One mail to one person, in plain text."""

    to: str
    name: str
    subject: str
    body: str


class Rejected(Exception):
    """The server will never take this mail for this address."""


class Mailer(Protocol):
    def send(self, message: EmailMessage) -> None:
        """Hand it over. Rejected: never; Unavailable: not now."""


def message_id(key: str, to: str, mail_from: str) -> str:
    """The same for the same row and recipient, however often it is sent: readers then see one mail."""
    digest = hashlib.sha256(f"{key}\n{to}".encode()).hexdigest()[:40]
    return f"<{digest}@{parseaddr(mail_from)[1].rpartition('@')[2]}>"


def message(letter: Letter, key: str, mail_from: str) -> EmailMessage:
    """The mail with its headers. Rejected when the address is none; a line break cannot get into a header."""
    mail = EmailMessage(policy=SMTP)
    try:
        mail["To"] = Address(one_line(letter.name), addr_spec=letter.to)
    except (ValueError, IndexError, MessageError) as error:
        raise Rejected(f"{letter.to!r} is not an address") from error
    mail["From"] = mail_from
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = format_datetime(real_now())
    mail["Message-ID"] = message_id(key, letter.to, mail_from)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.body)
    return mail


def one_line(text: str) -> str:
    """Text without line breaks or other control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


class Folder:
    """One .eml file for each mail; sent again, it is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, message: EmailMessage) -> None:
        name = message["Message-ID"].strip("<>").partition("@")[0] + ".eml"
        part = self._folder / f".{name}.{os.getpid()}"
        part.write_bytes(message.as_bytes())
        part.replace(self._folder / name)


class Server:
    """A connection to an SMTP server."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp

    def send(self, message: EmailMessage) -> None:
        try:
            self._smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            _refuse(code, text)
        except smtplib.SMTPDataError as error:
            _refuse(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"the mail server: {error!r}") from error


def _refuse(code: int, text: bytes | str) -> None:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    raise (Rejected if code >= 500 else Unavailable)(f"the mail server said {code} {one_line(said)}")


@contextmanager
def mailer(settings: Settings) -> Iterator[Mailer]:
    """The mailer of this installation. Unavailable when its server is."""
    if not settings.smtp_url:
        yield Folder(settings.instance / "mail")
        return
    try:
        smtp = _connect(settings.smtp_url)
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(f"the mail server: {error!r}") from error
    try:
        yield Server(smtp)
    finally:
        _quit(smtp)


def _connect(url: str) -> smtplib.SMTP:
    """smtps:// speaks TLS from the start, smtp+starttls:// after a greeting, and smtp:// when there is a password to
    hide: it leaves this machine in no other way."""
    parts = urlsplit(url)
    host, user = parts.hostname or "localhost", unquote(parts.username or "")
    if parts.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_S, context=_tls())
    else:
        smtp = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_S)
    try:
        if parts.scheme == "smtp+starttls" or (parts.scheme == "smtp" and user and host not in LOOPBACK):
            smtp.starttls(context=_tls())
        if user:
            smtp.login(user, unquote(parts.password or ""))
    except BaseException:
        smtp.close()
        raise
    return smtp


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _quit(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()
