"""The database as migrations made it is the database the models describe; nothing was lost on the way."""

import re

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect, text

from disputes.db import Base, db
from disputes.settings import ROOT
from disputes.workflows import WORKFLOWS

KEPT = ("event", "house_event", "reading", "movement", "outside_refund")
COSTS = ("cost", "cost_share", "cost_payment")
TRIGGERS = {f"{table}_no_{verb}" for table in (*KEPT, *COSTS, "published_rules") for verb in ("update", "delete")} | {
    "capture_promise"
}


@pytest.fixture(autouse=True)
def inside(app: Flask):
    with app.app_context():
        yield


def words(condition: str) -> list[str]:
    """A condition's names and values, whatever the database makes of casts and brackets."""
    plain = re.sub(r"::\w+( varying)?(\[\])?", "", condition)
    found = re.findall(r"'[^']*'|\w+|<=|>=|<>|!=|[<>=]", plain.replace("!=", "<>"))
    return sorted(word.lower() for word in found if word.lower() not in ("any", "array", "in", "and", "or"))


def test_every_check_stands_in_the_database(kind: str) -> None:
    inspector = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {c.name: str(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint)}
        found = {c["name"]: c["sqltext"] for c in inspector.get_check_constraints(table.name)}
        assert set(found) == set(wanted), table.name
        for name, condition in wanted.items():
            values = {word for word in words(condition) if word.startswith("'")}
            assert values <= set(words(found[name])), name


def test_the_states_a_row_may_have_are_the_table_s(kind: str) -> None:
    inspector = inspect(db.engine)
    for name, workflow in WORKFLOWS.items():
        check = next(c for c in inspector.get_check_constraints(name) if c["name"] == f"ck_{name}_state_known")
        assert {w.strip("'") for w in words(check["sqltext"]) if w.startswith("'")} == set(workflow.public_names)
        if workflow.confidential_names:
            cover = next(c for c in inspector.get_check_constraints(name) if c["name"] == f"ck_{name}_cover_known")
            known = {w.strip("'") for w in words(cover["sqltext"]) if w.startswith("'")}
            assert known == set(workflow.confidential_names)


def test_the_triggers_that_keep_the_history_are_there(kind: str) -> None:
    if kind == "sqlite":
        found = set(db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    else:
        found = set(db.session.scalars(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")))
    assert found == TRIGGERS


def test_models_and_migrations_say_the_same(app: Flask) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_the_schema_can_be_taken_down_and_put_up_again(app: Flask, kind: str) -> None:
    folder = str(ROOT / "migrations")
    downgrade(directory=folder, revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade(directory=folder)
    assert "case" in inspect(db.engine).get_table_names()


def test_the_open_connection_is_set_up_as_promised(kind: str) -> None:
    connection = db.session.connection()
    if kind == "sqlite":
        asked = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked} == asked
        version = tuple(
            int(part) for part in str(connection.exec_driver_sql("SELECT sqlite_version()").scalar()).split(".")
        )
        assert version >= (3, 51, 3), "older ones can corrupt a write-ahead log under two connections"
    else:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
