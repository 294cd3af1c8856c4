"""Who may tell us something: a body that the shop's provider signed not long ago, taken in once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from disputes.db import db, writing
from disputes.models import Outbox, Shop, Webhook
from disputes.outbox import signature
from disputes.settings import Settings
from disputes.webhooks.routes import MOST_BYTES
from tests.cast import Cast
from tests.conftest import served

Message = Callable[..., tuple[bytes, dict[str, str]]]
DOOR = "/webhooks/jd-3p"


@pytest.fixture
def door(app: Flask, cast: Cast) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = True  # whoever signs needs no token of a form
    return app.test_client()


def taken(app: Flask) -> tuple[int, int]:
    """How many messages were written down, and how much work they made."""
    with app.app_context():
        work = select(func.count()).select_from(Outbox).where(Outbox.kind == "told")
        return db.session.scalar(select(func.count()).select_from(Webhook)) or 0, db.session.scalar(work) or 0


def test_a_signed_message_is_written_down_with_the_work_it_makes(
    app: Flask, door: FlaskClient, message: Message
) -> None:
    body, headers = message("evt_1", "refund", "re_1")
    assert door.post(DOOR, data=body, headers=headers).status_code == 200
    assert taken(app) == (1, 1)


def test_the_same_message_again_is_thanked_for_and_makes_no_work(
    app: Flask, door: FlaskClient, message: Message
) -> None:
    for _ in range(3):
        body, headers = message("evt_1", "refund", "re_1")
        assert door.post(DOOR, data=body, headers=headers).status_code == 200
    assert taken(app) == (1, 1)
    body, headers = message("evt_1", "refund", "re_1")
    assert door.post("/webhooks/catawiki", data=body, headers=headers).status_code == 200
    assert taken(app) == (2, 2), "another shop's numbers are its own"


@pytest.mark.parametrize(
    "wrong",
    (
        {"secret": "guessed"},
        {"age_s": signature.TOLERANCE_S + 60},
        {"age_s": -signature.TOLERANCE_S - 60},
    ),
)
def test_what_somebody_else_signed_or_long_ago_is_not_taken(
    app: Flask, door: FlaskClient, message: Message, wrong: dict[str, object]
) -> None:  # fmt: skip
    body, headers = message("evt_1", "refund", "re_1", **wrong)
    assert door.post(DOOR, data=body, headers=headers).status_code == 400
    assert taken(app) == (0, 0)


@pytest.mark.parametrize(
    "header", ("", "t=,v1=", "v1=abc", "t=1e9,v1=00", "t=99999999999999999999,v1=é", "hello", "t=1,t=2,v1=0,v1=1")
)
def test_a_signature_that_is_none_is_refused_without_an_error(door: FlaskClient, header: str) -> None:
    headers = {signature.HEADER: header} if header else {}
    assert door.post(DOOR, data=b"{}", headers=headers).status_code == 400


def test_a_changed_byte_is_noticed_and_a_signed_riddle_is_none_of_ours(door: FlaskClient, message: Message) -> None:
    body, headers = message("evt_1", "refund", "re_1")
    assert door.post(DOOR, data=body.replace(b"re_1", b"re_2"), headers=headers).status_code == 400
    assert door.post(DOOR, data=b" " + body, headers=headers).status_code == 400


@pytest.mark.parametrize("body", (b"[]", b"null", b"{}", b"\xff", b'{"id": 1, "kind": "refund", "ref": "re"}', b"{"))
def test_a_signed_body_that_says_nothing_is_refused(door: FlaskClient, settings: Settings, body: bytes) -> None:
    from disputes.moment import real_now

    headers = {signature.HEADER: signature.sign(body, settings.provider_signers[0], real_now())}
    assert door.post(DOOR, data=body, headers=headers).status_code == 400


def test_names_that_are_longer_than_any_are_refused(door: FlaskClient, message: Message) -> None:
    for event, ref in (("e" * 121, "re_1"), ("evt_1", "r" * 81), ("evt_\0", "re_1")):
        body, headers = message(event, "refund", ref)
        assert door.post(DOOR, data=body, headers=headers).status_code == 400


def test_too_much_is_not_read(door: FlaskClient) -> None:
    assert door.post(DOOR, data=b"x" * (MOST_BYTES + 1)).status_code == 413


def test_an_unknown_shop_is_not_found_and_one_without_a_provider_takes_nothing(
    app: Flask, door: FlaskClient, message: Message
) -> None:  # fmt: skip
    body, headers = message("evt_1", "refund", "re_1")
    assert door.post("/webhooks/nobody", data=body, headers=headers).status_code == 404
    with app.app_context(), writing() as session:
        session.get_one(Shop, "jd-3p").provider = "none"
    assert door.post(DOOR, data=body, headers=headers).status_code == 400


def test_while_a_secret_is_replaced_the_old_and_the_new_one_count(
    settings: Settings, message: Message, cast: Cast
) -> None:  # fmt: skip
    with served(replace(settings, provider_secret="new, old")) as app:
        for number, secret in enumerate(("new", "old", "older")):
            body, headers = message(f"evt_{number}", "refund", "re_1", secret=secret)
            expected = 200 if secret in ("new", "old") else 400
            assert app.test_client().post(DOOR, data=body, headers=headers).status_code == expected, secret


def test_no_secret_is_shown_when_settings_are(settings: Settings) -> None:
    shown = repr(replace(settings, provider_secret="psst", stripe_key="sk_x", stripe_webhook_secret="whsec_x"))
    assert not any(secret in shown for secret in ("psst", "sk_x", "whsec_x", settings.secret_key))
