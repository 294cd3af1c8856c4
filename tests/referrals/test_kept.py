"""`disputes verify` finds every text and bag of a referral that is not what its history was told; leftovers go."""

import os
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, text, update

from disputes.commands.verify import verify
from disputes.db import db, writing
from disputes.models import Referral, ReferralNote
from disputes.moment import real_now
from disputes.referrals import service
from disputes.settings import Settings
from disputes.storage.bag import path_of
from disputes.storage.leftover import KEPT_FOR, clear
from tests.cast import ADA, LIN, Cast
from tests.referrals.making import drafted, hand_over, read, read_in
from tests.turns import file_case, turn


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


@pytest.fixture
def handed(cast: Cast, settings: Settings) -> str:
    case_id = file_case(cast.jd_order, ADA)
    public_id = drafted(case_id)
    hand_over(case_id, public_id, settings.instance, urgently=True)
    return public_id


def verdict(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(verify)
    return result.exit_code, result.output


def change(statement: Any) -> None:
    with writing() as session:
        session.execute(statement)


def test_what_was_kept_as_it_came_is_well(app: Flask, handed: str) -> None:
    code, said = verdict(app)
    assert (code, "1 referrals" in said) == (0, True), said


@pytest.mark.parametrize(
    ("changed", "found"),
    (
        (update(Referral).values(story="Nothing happened."), "what it says is not what was written"),
        (update(Referral).values(parts=["notes"]), "what it says is not what was written"),
        (update(ReferralNote).values(body="For fun."), "(emergency) is not what was written"),
        (delete(ReferralNote), "the text of event 2 is gone"),
        (update(Referral).values(bundle_sha256="0" * 64), "the bag it names is not the one its history names"),
        (text("UPDATE referral SET head_hash = 'x'"), "the history does not hold from event 3 on"),
    ),
    ids=("story", "parts", "note", "note gone", "bag", "head"),
)
def test_what_was_changed_behind_our_back_is_named(app: Flask, handed: str, changed: Any, found: str) -> None:
    change(changed)
    code, said = verdict(app)
    assert (code, found in said) == (1, True), said


@pytest.mark.parametrize(("how", "found"), (("changed", "is not the one that was handed over"), ("gone", "is gone")))
def test_a_bag_that_was_changed_or_taken_away_is_named(
    app: Flask, settings: Settings, handed: str, how: str, found: str
) -> None:
    path = path_of(settings.instance, read(handed).bundle_sha256 or "")
    path.write_text("another") if how == "changed" else path.unlink()
    assert f"the bag {found}" in verdict(app)[1]


def test_a_bag_that_was_packed_and_never_handed_over_goes_after_two_days(settings: Settings, handed: str) -> None:
    kept = path_of(settings.instance, read(handed).bundle_sha256 or "")
    left = settings.instance / "bags" / "new" / ("a" * 32)
    left.write_text("the power went off while it was packed")
    then = time.time() - KEPT_FOR.total_seconds() - 60
    for path in (kept, left):
        os.utime(path, (then, then))
    assert clear(settings.instance, now=real_now()) == 1
    assert kept.exists() and not left.exists()


def test_packing_leaves_nothing_behind_that_is_not_handed_over(cast: Cast, settings: Settings) -> None:
    case_id = file_case(cast.jd_order, ADA)
    public_id = drafted(case_id)
    with turn(case_id, LIN, "lead") as t, service.packed(t, read_in(t, public_id), settings.instance) as made:
        assert made.bag.path.exists()
    assert not [path for path in (settings.instance / "bags").rglob("*") if path.is_file()]
    assert db.session.query(Referral).one().bundle_sha256 is None
