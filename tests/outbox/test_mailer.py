"""The mailer against real servers: TLS, login, and headers nobody can add to."""

import ssl
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from disputes.outbox import mailer as mailers
from disputes.outbox.job import Unavailable
from disputes.outbox.mailer import Letter, Rejected, mailer, message
from disputes.settings import Settings
from tests.outbox.smtp import free_port, post_office

FROM = "Disputes <no-reply@disputes.example>"
LETTER = Letter("ada@example.org", "Ada", "Your case", "Hello")


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of our own, and a client's that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*new.split(), *names], check=True, capture_output=True)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))


def only_ada(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data == LoginPassword(b"ada", b"s3cr:t")
    return AuthResult(success=right, handled=right)


def send(settings: Settings, url: str) -> None:
    with mailer(replace(settings, smtp_url=url)) as mail:
        mail.send(message(LETTER, "key", FROM))


def trust(monkeypatch: pytest.MonkeyPatch, context: ssl.SSLContext) -> None:
    monkeypatch.setattr(mailers, "_tls", lambda: context)


def test_it_logs_in_over_starttls(settings: Settings, tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, client = tls
    trust(monkeypatch, client)
    with post_office(tls_context=server, authenticator=only_ada, auth_required=True) as (postman, address):
        send(settings, f"smtp+starttls://ada:s3cr%3At@{address}")
        assert len(postman.mails) == 1
        with pytest.raises(Unavailable):
            send(settings, f"smtp+starttls://ada:wrong@{address}")


def test_it_speaks_tls_from_the_start(settings: Settings, tls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, client = tls
    trust(monkeypatch, client)
    with post_office(ssl_context=server) as (postman, address):
        send(settings, f"smtps://{address}")
    assert len(postman.mails) == 1


def test_it_does_not_talk_to_a_server_it_cannot_trust(settings: Settings, tls: Any) -> None:
    with post_office(tls_context=tls[0]) as (postman, address), pytest.raises(Unavailable):
        send(settings, f"smtp+starttls://ada:secret@{address}")
    assert postman.mails == []


def test_it_does_not_send_a_password_in_the_open_when_tls_is_asked_for(settings: Settings) -> None:
    with post_office() as (postman, address), pytest.raises(Unavailable):
        send(settings, f"smtp+starttls://ada:secret@{address}")
    assert postman.mails == []


def test_nobody_answering_is_an_outage(settings: Settings) -> None:
    with pytest.raises(Unavailable):
        send(settings, f"smtp://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("bad", ["", "no-at", "a@b\r\nBcc: e@example.org", "a@b, e@example.org", "<e@example.org>"])
def test_what_is_no_address_is_rejected(bad: str) -> None:
    with pytest.raises(Rejected):
        message(LETTER._replace(to=bad), "key", FROM)


@pytest.mark.parametrize("nasty", ["x\r\nBcc: eve", "x\nBcc: eve", "x\x0bBcc: eve", "x\u2028Bcc: eve"])
def test_no_name_and_no_subject_can_add_a_header(nasty: str) -> None:
    mail = message(LETTER._replace(name=nasty, subject=nasty), "key", FROM)
    sent = mail.as_bytes()
    assert b"\nBcc" not in sent
    assert sorted(mail.keys()) == sorted(set(mail.keys()))
    assert str(mail["To"]).endswith("<ada@example.org>")


def test_a_body_line_cannot_end_the_mail_early(settings: Settings) -> None:
    with post_office() as (postman, address), mailer(replace(settings, smtp_url=f"smtp://{address}")) as mail:
        mail.send(message(LETTER._replace(body="one\n.\ntwo\n"), "key", FROM))
    assert "two" in postman.mails[0].get_content()


def test_the_id_depends_on_row_and_reader_alone(tmp_path: Path) -> None:
    ids = {(key, to): mailers.message_id(key, to, FROM) for key in "ab" for to in ("x@y.z", "z@y.x")}
    assert len(set(ids.values())) == 4
    assert ids["a", "x@y.z"] == mailers.message_id("a", "x@y.z", FROM)
    assert ids["a", "x@y.z"].endswith("@disputes.example>")
