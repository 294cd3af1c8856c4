"""Exhibits: whose they are, how they are handed out, and a hash of each in the history."""

import hashlib
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.models import Case, Event, Evidence
from disputes.storage.sniff import FILES_PER_SIDE
from disputes.storage.store import path_of
from tests.cast import ADA, BEN, CLEO, DAN, NIA, Cast
from tests.pages import fields, send
from tests.turns import case_of, file_case

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
KIND = {"kind": "photo_of_item"}
NAMES = (
    "../../etc/passwd", "\u202egnp.exe", "\u200b.htaccess", "CON", "a.png.html", "=1+1.csv",
    "<img src=x onerror=alert(1)>.png", "x" * 300, '";filename="b.html', "\u2066photo\u2069.png", ".", "照片.png",
)  # fmt: skip


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        return db.session.scalars(select(Case.public_id)).one()


def exhibits(app: Flask) -> Iterator[Evidence]:
    with app.app_context():
        yield from db.session.scalars(select(Evidence).order_by(Evidence.number)).all()


def test_every_way_to_hand_in_a_file_leaves_its_hash_in_the_history(app: Flask, visit, case: str) -> None:
    ada, ben = visit(ADA), visit(BEN)
    url = f"/cases/{case}"
    sent = [PNG + bytes([n]) for n in range(3)]
    for n, (browser, page, typed) in enumerate(
        (
            (ada, f"{url}/evidence", KIND), (ada, f"{url}/ask", {"words": "Well?"}),
            (ben, f"{url}/refuse", {"words": "No.", "reason": "other"}),
        )
    ):  # fmt: skip
        assert send(browser, page, {**typed, "files": (io.BytesIO(sent[n]), "a.png")}).status_code == 303
    with app.app_context():
        details = [event.details for event in db.session.scalars(select(Event).order_by(Event.seq))]
    named = {n: h for d in details for n, h in zip(d.get("exhibits", ()), d.get("sha256", ()), strict=True)}
    assert named == {n + 1: hashlib.sha256(content).hexdigest() for n, content in enumerate(sent)}


@pytest.mark.parametrize("name", NAMES)
def test_no_name_becomes_a_path_a_header_or_a_tag(app: Flask, visit, case: str, name: str, settings) -> None:
    ada = visit(ADA)
    assert send(ada, f"/cases/{case}/evidence", {**KIND, "files": (io.BytesIO(PNG), name)}).status_code == 303
    exhibit = next(exhibits(app))
    assert path_of(settings.instance, exhibit.storage_key).read_bytes() == PNG
    answer = ada.get(f"/evidence/{exhibit.public_id}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "image/png" and exhibit.filename.lower().endswith(".png")
    answer.close()
    for who, page in ((ADA, f"/cases/{case}"), (CLEO, f"/desk/cases/{case}")):
        assert "<img src=x" not in visit(who).get(page).text


@pytest.mark.parametrize("files", ("just words", "", (io.BytesIO(b""), "")))
def test_proof_without_a_file_is_asked_for_again(app: Flask, visit, case: str, files: object) -> None:
    answer = send(visit(ADA), f"/cases/{case}/evidence", {**KIND, "files": files})
    assert answer.status_code == 422 and "Please choose a file." in answer.text


def test_somebody_else_s_exhibit_is_not_there(app: Flask, visit, case: str) -> None:
    send(visit(ADA), f"/cases/{case}/evidence", {**KIND, "files": (io.BytesIO(PNG), "a.png")})
    exhibit = next(exhibits(app))
    for stranger in (DAN, NIA):
        assert visit(stranger).get(f"/evidence/{exhibit.public_id}").status_code == 404
    for made_up in (str(exhibit.id), exhibit.storage_key, exhibit.sha256, exhibit.public_id.lower(), "../x"):
        assert visit(DAN).get(f"/evidence/{made_up}").status_code == 404


def test_one_file_too_many_is_refused_plainly_and_not_kept(app: Flask, visit, case: str, settings) -> None:
    ada, page = visit(ADA), f"/cases/{case}/evidence"
    many = [(io.BytesIO(PNG + bytes([n])), f"{n}.png") for n in range(FILES_PER_SIDE)]
    assert send(ada, page, {**KIND, "files": many}).status_code == 303
    answer = send(ada, page, {**KIND, "files": (io.BytesIO(PNG), "one.png")})
    assert answer.status_code == 413 and f"Up to {FILES_PER_SIDE} files" in answer.text
    assert len([f for f in (settings.instance / "evidence").rglob("*") if f.is_file()]) == FILES_PER_SIDE


def test_proof_sent_from_a_stale_page_is_not_kept_on_the_disk(app: Flask, visit, case: str, settings) -> None:
    ada, page = visit(ADA), f"/cases/{case}/evidence"
    old = fields(ada.get(page).text)
    assert send(ada, f"/cases/{case}/close").status_code == 303
    answer = ada.post(
        page, data={**old, **KIND, "files": (io.BytesIO(PNG), "a.png")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 409 and list(exhibits(app)) == []
    assert [f for f in (settings.instance / "evidence").rglob("*") if f.is_file()] == []
    with app.app_context():
        assert case_of(1).state == "dropped"
