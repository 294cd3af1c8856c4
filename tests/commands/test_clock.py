"""`disputes clock`: walking a sandbox shop through time."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from disputes.commands.clock import clock
from disputes.db import db, writing
from disputes.models import Shop
from disputes.moment import moment, real_now
from tests.cast import Cast, shop_of


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(clock, words)
    return result.exit_code, result.output


def ahead(app: Flask, shop_id: str) -> timedelta:
    with app.app_context():
        db.session.rollback()
        return moment(shop_of(shop_id), real := real_now()) - real


@pytest.mark.parametrize(("said", "hours"), [("48h", 48), ("3d", 72), ("30min", 0.5)])
def test_it_moves_one_shop_forward(app: Flask, cast: Cast, said: str, hours: float) -> None:
    code, output = run(app, "jd-3p", "--forward", said)
    assert (code, "JD third-party" in output) == (0, True)
    assert ahead(app, "jd-3p") == timedelta(hours=hours)
    assert ahead(app, "catawiki") == timedelta(0)


def test_twice_is_twice_as_far(app: Flask, cast: Cast) -> None:
    run(app, "jd-3p", "--forward", "1h")
    run(app, "jd-3p", "--forward", "1h")
    assert ahead(app, "jd-3p") == timedelta(hours=2)


@pytest.mark.parametrize("nonsense", ["-1h", "48", "h", "1.5h", "99999d", "soon"])
def test_what_is_no_length_is_refused(app: Flask, cast: Cast, nonsense: str) -> None:
    code, output = run(app, "jd-3p", f"--forward={nonsense}")
    assert (code, "write it as 48h" in output) == (2, True)


def test_an_unknown_shop_is_named(app: Flask, cast: Cast) -> None:
    assert run(app, "nowhere", "--forward=1h") == (1, "Error: There is no shop 'nowhere'.\n")


def test_a_shop_with_real_money_keeps_real_time(app: Flask, cast: Cast) -> None:
    with app.app_context(), writing() as session:
        session.execute(update(Shop).where(Shop.id == "jd-3p").values(provider="stripe"))
    assert run(app, "jd-3p", "--forward=1h")[0] == 1
    assert ahead(app, "jd-3p") == timedelta(0)
