"""Every test here has a shop that accepts its orders one by one, and a real provider behind real HTTP."""

from collections.abc import Callable
from contextvars import Context
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import Cast
from tests.outbox.conftest import inside, ledger, mischief, settings  # noqa: F401 - fixtures
from tests.screening.making import lamps
from tests.webhooks.conftest import bank, message  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def shop(app: Flask, cast: Cast, inside: None) -> str:  # noqa: F811 - the fixture
    return lamps().id


class Browser:
    """A browser whose requests run outside the test's own application context, as real ones do."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(self._client.get, *args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(self._client.post, *args, **kwargs)


@pytest.fixture
def visit(visit: Callable[[str | None], FlaskClient]) -> Callable[[str | None], Browser]:
    """visit(person) -> a browser in which that person is signed in."""
    return lambda email: Browser(Context().run(visit, email))
