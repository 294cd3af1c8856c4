"""`disputes verify` finds every text and file that is not what the history was told."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from disputes.appeals import service as appeals
from disputes.commands.verify import verify
from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.decisions.service import Drafted
from disputes.late import keep_late
from disputes.messages import service as messages
from disputes.models import Case, Decision, Evidence, Message
from disputes.offers import service as offers
from disputes.settings import Settings
from disputes.steps import Actor
from disputes.storage.store import Stored, path_of, receive
from tests.cast import ADA, BEN, CLEO, Cast
from tests.turns import HOUR, file_case, notice, person, turn


class Upload:
    filename = "a.txt"

    def __init__(self, text: str) -> None:
        self.stream = io.BytesIO(text.encode())


def files(settings: Settings, text: str) -> list[Stored]:
    return receive(settings.instance, [Upload(text)])


@pytest.fixture(autouse=True)
def told(cast: Cast, settings: Settings) -> int:
    """A case with a text of nearly every kind, files, a replaced draft, a decision and an appeal."""
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, ADA, "buyer") as t:
        messages.ask(t, words="When?", files=files(settings, "a question's file"))
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="other", words="No.", files=files(settings, "a refusal's file"))
    with turn(case_id, ADA, "buyer") as t:
        offers.put_offer(t, kind="partial_refund", amount_minor=500, note="")
    with turn(case_id, ADA, "buyer") as t:
        offers.step_in(t)
    with turn(case_id, CLEO, "reviewer") as t:
        messages.note(t, words="Looks honest.")
    for reasons in ("A first draft.", "The lamp is broken."):
        with turn(case_id, CLEO, "reviewer") as t:
            decision = decisions.draft(t, Drafted("partial_refund", 1_000, reasons, [1], ["JDT-03"]))
    with turn(case_id, CLEO, "reviewer") as t:
        decisions.decide(t, digest=decision.digest)
    with turn(case_id, BEN, "seller") as t:
        appeals.appeal(t, ground="new_evidence", words="Look!", files=files(settings, "an appeal's file"))
    return case_id


def verdict(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(verify)
    assert not isinstance(result.exception, Exception), result.exception
    return result.exit_code, result.output


def change(statement: Any) -> None:
    with writing() as session:
        session.execute(statement)


def of_kind(kind: str) -> Any:
    return update(Message).where(Message.kind == kind)


def test_what_was_kept_as_it_came_is_well(app: Flask) -> None:
    code, said = verdict(app)
    assert (code, "1 histories, 7 texts, 0 reasons of restrictions, 0 texts about money, 3 files," in said) == (
        0,
        True,
    ), said


def test_words_that_came_too_late_are_held_to_as_well(app: Flask, cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA, line=1)
    notice(case_id, "seller_response")
    with turn(case_id, None, "system") as t:
        case, now = t.case.public_id, t.now + 400 * HOUR
    keep_late(case, Actor(person(BEN), "seller"), "Too late, but mine.", (), now=now, received_at=now)
    assert verdict(app)[0] == 0
    change(of_kind("late").values(body="Not mine."))
    assert "(late) is not what was written" in verdict(app)[1]


@pytest.mark.parametrize("sort", ("statement", "question", "refusal", "note", "appeal"))
def test_a_changed_text_is_named(app: Flask, sort: str) -> None:
    change(of_kind(sort).values(body="Something else."))
    code, said = verdict(app)
    assert code == 1
    assert f"({sort}) is not what was written" in said and "1 faults" in said


def test_a_text_that_is_gone_is_named(app: Flask) -> None:
    change(delete(Message).where(Message.kind == "refusal"))
    code, said = verdict(app)
    assert (code, said.count("is gone")) == (1, 1)


@pytest.mark.parametrize("reasons", ("A first draft.", "The lamp is broken."))
def test_changed_reasons_of_a_decision_are_named(app: Flask, reasons: str) -> None:
    number = db.session.scalars(select(Decision.id).where(Decision.reasons == reasons)).one()
    change(update(Decision).where(Decision.id == number).values(reasons="Because I say so."))
    code, said = verdict(app)
    assert (code, f"the reasons of decision {number} are not" in said) == (1, True)


def test_an_earlier_draft_s_reasons_cannot_pass_for_the_decision_s(app: Flask) -> None:
    first = db.session.scalars(select(Decision).where(Decision.reasons == "A first draft.")).one()
    change(update(Decision).where(Decision.decided_at.is_not(None)).values(reasons=first.reasons, salt=first.salt))
    assert "are not what was written" in verdict(app)[1]


@pytest.mark.parametrize("number", (1, 2, 3))
def test_a_file_that_was_changed_or_taken_away_is_named(app: Flask, settings: Settings, number: int) -> None:
    exhibit = db.session.scalars(select(Evidence).where(Evidence.number == number)).one()
    ref = db.session.scalars(select(Case.ref)).one()
    path = path_of(settings.instance, exhibit.storage_key)
    path.write_text("another")
    assert f"case {ref}: exhibit {number} has another file than the one handed in\n" in verdict(app)[1]
    path.unlink()
    assert f"case {ref}: exhibit {number} has no file any more\n" in verdict(app)[1]


def test_a_row_changed_together_with_its_file_is_still_found(app: Flask) -> None:
    change(update(Evidence).where(Evidence.number == 3).values(sha256="0" * 64))
    code, said = verdict(app)
    assert (code, "exhibit 3 is not the one the history names" in said) == (1, True)
