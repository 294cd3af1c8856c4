"""One step three times: as bare statements of the driver, through the service, over HTTP."""

import secrets
from typing import Any

import httpx
from flask import Flask

from disputes.db import db
from disputes.messages import service as messages
from disputes.moment import real_now
from tests.bench.measure import Report, interleaved, ms, p50
from tests.cast import ADA, CLEO, Cast
from tests.server import browser, serving
from tests.turns import case_of, file_case, person, turn

WORDS = "A note of about the length that people write to each other in a case."


def measure(app: Flask, cast: Cast, report: Report, rounds: int) -> None:
    """What our rules, history and pages add to what the database must do in any case."""
    with app.app_context():
        raw, served = file_case(cast.jd_order, ADA, line=1), file_case(cast.catawiki_order, ADA)
        sent = file_case(cast.jd_order, ADA, quantity=1)
        bare = Bare(raw, person(CLEO))
        with serving(app) as base, browser(app, base, CLEO) as client:
            times = interleaved(
                rounds,
                {"driver": bare.note, "service": lambda: note(app, served), "HTTP": Over(client, sent).note},
            )
        bare.connection.close()
    driver, service, http = (p50(times[name]) for name in ("driver", "service", "HTTP"))
    for what, took in (("a step through the service", service), ("the same step over HTTP", http)):
        report.add(f"{what} / the driver's statements alone", took / driver, f"{ms(took)} / {ms(driver)}")


def note(app: Flask, case_id: int) -> None:
    """Keep a note, as the desk's page does, with a session of its own as a request has."""
    with app.app_context(), turn(case_id, CLEO, "reviewer") as t:
        messages.note(t, words=WORDS)


class Over:
    """A browser that keeps notes on one case."""

    def __init__(self, client: httpx.Client, case_id: int) -> None:
        self._client, self._page = client, f"/cases/{case_of(case_id).public_id}/note"
        self._version = case_of(case_id).version

    def note(self) -> None:
        answer = self._client.post(self._page, data={"seen_version": str(self._version), "words": WORDS})
        assert answer.headers.get("Location", "").startswith("/desk/cases/"), answer.status_code
        self._version += 1


class Bare:
    """The four statements such a step cannot do without, on a connection of the driver's own."""

    def __init__(self, case_id: int, account_id: int) -> None:
        self.connection: Any = db.engine.raw_connection()
        self._sqlite = db.engine.dialect.name == "sqlite"
        if not self._sqlite:
            self.connection.driver_connection.autocommit = True  # we say BEGIN and COMMIT ourselves
        self._case_id, self._account_id, self._seq = case_id, account_id, 1000
        lock = "" if self._sqlite else " FOR UPDATE"
        mark = "?" if self._sqlite else "%s"
        self._lock = f'SELECT * FROM "case" WHERE id = {mark}{lock}'
        self._move = f'UPDATE "case" SET version = version + 1, head_hash = {mark} WHERE id = {mark}'
        self._mark = mark

    def note(self) -> None:
        cursor, now = self.connection.cursor(), real_now()
        at = now.replace(tzinfo=None).isoformat(" ") if self._sqlite else now
        self._seq += 1
        cursor.execute("BEGIN IMMEDIATE" if self._sqlite else "BEGIN")
        cursor.execute(self._lock, (self._case_id,))
        cursor.fetchone()
        who = {"case_id": self._case_id, "seq": self._seq, "role": "reviewer", "at": at}
        prev, this, salt = (secrets.token_hex(n) for n in (32, 32, 16))
        told = {"record": "case", "record_id": self._case_id, "trigger": "note", "source": "opened", "dest": "opened"}
        event = {**who, **told, "received_at": at, "details": "{}", "prev_hash": prev, "hash": this}
        message = {"author_id": self._account_id, "kind": "note", "body": WORDS, "salt": salt, "hidden": False}
        _insert(cursor, self._mark, "event", event)
        _insert(cursor, self._mark, "message", {**who, **message})
        cursor.execute(self._move, (this, self._case_id))
        cursor.execute("COMMIT")


def _insert(cursor: Any, mark: str, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join([mark] * len(row))
    cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
