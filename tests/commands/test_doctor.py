"""`disputes doctor`: it names what is there, and what must be mended."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, text, update

from disputes.commands import machine
from disputes.commands.doctor import doctor
from disputes.db import writing
from disputes.models import Beat, Outbox, Shop
from disputes.moment import real_now
from tests.cast import Cast


@pytest.fixture(autouse=True)
def answering(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that answers, a worker that is there, and a server set up as for real use."""
    monkeypatch.setattr("disputes.commands.doctor.provider_fault", lambda _settings: None)
    monkeypatch.setattr(machine, "SAFE_POSTGRES", {})  # the tests' own server is set up to be quick
    seen(app, timedelta(seconds=5))


def seen(app: Flask, ago: timedelta) -> None:
    with app.app_context(), writing() as session:
        session.merge(Beat(id=1, seen_at=real_now() - ago))


def findings(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(doctor)
    return result.exit_code, result.output


def test_a_house_in_order_is_well(app: Flask, cast: Cast, kind: str) -> None:
    code, said = findings(app)
    assert (code, said.splitlines()[-1]) == (0, "All is well."), said
    for part in ("Python 3.", "tables at revision", "the worker is there", "instance folder", "files in the instance"):
        assert part in said
    assert ("without the WAL-reset bug" if kind == "sqlite" else "PostgreSQL 1") in said
    assert "MEND" not in said


def test_a_worker_that_is_gone_is_named(app: Flask) -> None:
    seen(app, timedelta(hours=2))
    code, said = findings(app)
    assert (code, "MEND  the worker was last seen on " in said) == (1, True)


def test_what_waits_for_a_person_is_named(app: Flask, cast: Cast) -> None:
    now = real_now()
    row = {"kind": "mail", "key": "k", "payload": {}, "run_at": now, "attempts": 20, "stuck_at": now}
    with app.app_context(), writing() as session:
        session.execute(insert(Outbox).values(row))
        session.execute(update(Shop).where(Shop.id == "jd-3p").values(refunds_stopped_at=now))
    code, said = findings(app)
    assert code == 1
    assert "MEND  1 letters or refunds could not be sent" in said
    assert "note  a lead has stopped limits or refunds of JD third-party" in said
    assert "1 things must be mended." in said


def test_tables_of_another_release_are_named(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    code, said = findings(app)
    assert (code, "the tables are at revision older, this release needs 0" in said) == (1, True)


def test_whoever_does_not_answer_is_named(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    settings = app.extensions["disputes"]
    for name, address in (("smtp_url", "smtp://127.0.0.1:1"), ("provider_url", "http://127.0.0.1:1")):
        object.__setattr__(settings, name, address)
    code, said = findings(app)
    assert code == 1
    assert "MEND  mail: the mail server: ConnectionRefused" in said
    assert "MEND  payment provider: http://127.0.0.1:1: ConnectError" in said


def test_a_database_that_is_not_there_is_one_line(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def away(_engine: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("nobody is at home"))

    monkeypatch.setattr(machine, "database", away)
    code, said = findings(app)
    assert (code, "MEND  the database does not answer: nobody is at home" in said) == (1, True)


def test_a_server_that_forgets_in_a_power_cut_is_named(app: Flask, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind == "sqlite":
        pytest.skip("PostgreSQL's settings")
    monkeypatch.undo()
    said = findings(app)[1]
    assert all(f"MEND  PostgreSQL: {name} is off" in said for name in machine.SAFE_POSTGRES)


def test_a_missing_extra_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "EXTRAS", {"postgres": ("no_such_module", "PostgreSQL as the database")})
    assert [finding.text for finding in machine.extras()] == [
        "extra 'postgres' is not installed; for PostgreSQL as the database: pip install 'disputes[postgres]'"
    ]


def test_a_folder_nobody_can_write_to_is_named(tmp_path: Path) -> None:
    assert machine.instance(tmp_path).mark == "ok"
    assert machine.instance(tmp_path / "gone").must_mend


@pytest.mark.parametrize(
    ("release", "has_it"),
    [("3.6.23", False), ("3.40.1", True), ("3.44.5", True), ("3.44.6", False), ("3.45.0", True), ("3.50.7", False),
     ("3.51.2", True), ("3.51.3", False), ("3.53.4", False)],
)  # fmt: skip
def test_which_releases_of_sqlite_have_the_bug(release: str, has_it: bool) -> None:
    assert machine.resets_wal(release) is has_it
