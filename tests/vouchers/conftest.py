"""Every test here has a case of Ada's, a shop that gives vouchers, and a real marketplace behind real HTTP."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from flask import Flask
from sqlalchemy import update

from disputes.db import writing
from disputes.models import Shop
from disputes.settings import Settings
from tests.cast import ADA, Cast
from tests.outbox.conftest import mischief, settings  # noqa: F401 - fixtures
from tests.screening.conftest import Browser, visit  # noqa: F401 - fixtures
from tests.turns import file_case

ALONE, MOST = 5_000, 12_000


@pytest.fixture(autouse=True)
def inside(app: Flask):
    with app.app_context():
        yield


@pytest.fixture
def case_id(cast: Cast) -> int:
    """Ada's case against Ben's Lamps; vouchers up to 50.00 alone, 120.00 with a lead."""
    with writing() as session:
        session.execute(update(Shop).values(voucher_limit_minor=ALONE, voucher_most_minor=MOST))
    return file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")


@pytest.fixture
def till(settings: Settings) -> Callable[[str], dict[str, Any] | None]:  # noqa: F811 - the fixture
    """till(code): what the shop's till knows of a code."""

    def ask(code: str) -> dict[str, Any] | None:
        answer = httpx.get(f"{settings.provider_url}/shops/jd-3p/vouchers/{code}", trust_env=False)
        return dict(answer.json()) if answer.is_success else None

    return ask
