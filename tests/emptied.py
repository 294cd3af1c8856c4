"""One PostgreSQL database for many tests: emptied after each, which takes a tenth of making another one."""

import uuid

import psycopg

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
MOVED = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"
# What a test that tries the schema itself leaves behind: other triggers, columns or constraints.
SHAPE = """SELECT (SELECT string_agg(tgname, ',' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal),
    (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM information_schema.columns
    WHERE table_schema = 'public')"""


def admin(postgres: str, statement: str) -> None:
    """Run one statement outside a transaction, on the server's own database."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def database_of(postgres: str, name: str) -> str:
    """The address of another database on the same server."""
    head, _, query = postgres.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}?{query}"


class Emptied:
    """A copy of the template, at `url`."""

    def __init__(self, postgres: str, template: str) -> None:
        self._postgres, self._template = postgres, template
        self._make()

    def again(self) -> None:
        """Make it as it was: everybody out, every row gone, every count at its start; another one if it was rebuilt."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            intact = connection.execute(SHAPE).fetchone() == self._shape
            if intact:
                _empty(connection)
        if not intact:
            self.renew()

    def renew(self) -> None:
        """Another copy, about whose rows the planner has learned nothing yet."""
        admin(self._postgres, f"DROP DATABASE {self._name} WITH (FORCE)")
        self._make()

    def _make(self) -> None:
        self._name = f"test_{uuid.uuid4().hex}"
        admin(self._postgres, f"CREATE DATABASE {self._name} TEMPLATE {self._template}")
        self.url = database_of(self._postgres, self._name)
        with psycopg.connect(self.url) as connection:
            self._shape = connection.execute(SHAPE).fetchone()


def _empty(connection: "psycopg.Connection[tuple[str]]") -> None:
    tables = [name for (name,) in connection.execute(TABLES)]
    some = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)
    # As a replica would: neither the history's own guard nor foreign keys ask questions.
    connection.execute("SET session_replication_role = replica")
    for (name,) in connection.execute(some).fetchall():  # type: ignore[call-overload]
        connection.execute(f'DELETE FROM "{name}"')  # type: ignore[call-overload]
    for (name,) in connection.execute(MOVED).fetchall():
        connection.execute(f'ALTER SEQUENCE "{name}" RESTART')  # type: ignore[call-overload]
