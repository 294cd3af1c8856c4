"""Its own appeal: by its subject, once, on three grounds; decided by somebody else; nothing gets worse by it."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from disputes.commands.verify import verify
from disputes.db import db, writing
from disputes.effects.house_facts import lock_subject
from disputes.models import HouseEvent, Restriction, RestrictionAppeal, RestrictionScope, SentMail
from disputes.moment import moment
from disputes.outbox.sweep import sweep
from disputes.outbox.worker import drain
from disputes.restrictions import service
from disputes.restrictions.access import Turn
from disputes.steps import Actor, Refused
from tests.cast import ADA, BEN, CLEO, LIN, NIA, RITA, grant
from tests.pages import fields, send
from tests.restricting import decided, found, restricts, the_one
from tests.turns import person


@pytest.fixture(autouse=True)
def in_force(app: Flask, case_id: int) -> None:
    """Ben's Lamps may not open cases and is not paid, for a month; Cleo decided it."""
    with app.app_context():
        decided(case_id, restricts("seller", "filing", "payouts"))


def act(verb, who: str, role: str, *, of: int | None = None, **what: object) -> None:  # type: ignore[no-untyped-def]
    """One verb of the service on the only restriction, or on the one with the id `of`."""
    row_id = of or the_one().id
    with writing():
        restriction, _, shop = lock_subject(row_id)
        now = moment(shop)
        verb(Turn(restriction, shop, Actor(person(who), role), now, now), **what)


def appeal(who: str = BEN, role: str = "seller", of: int | None = None) -> None:
    act(service.appeal, who, role, of=of, ground="unfair_process", words="Nobody heard me.")


def answer(result: str, who: str = LIN, role: str = "lead", **what: object) -> None:
    act(service.answer, who, role, result=result, words="Because of this.", **what)
    drain()


def scopes() -> set[str]:
    return set(db.session.scalars(select(RestrictionScope.scope)))


def test_its_subject_appeals_once(app: Flask) -> None:
    with app.app_context():
        appeal()
        assert the_one().state == "appealed"
        answer("upheld")
        assert the_one().state == "in_force"
        with pytest.raises(Refused, match="already appealed"):
            appeal()


@pytest.mark.parametrize(("who", "role"), ((ADA, "buyer"), (NIA, "seller"), (ADA, "seller")))
def test_nobody_else_appeals(app: Flask, who: str, role: str) -> None:
    with app.app_context(), pytest.raises(Refused, match="no longer have access"):
        appeal(who, role)


def test_whoever_decided_or_approved_does_not_answer(app: Flask) -> None:
    with app.app_context():
        appeal()
        for result in ("upheld", "overturned"):
            with pytest.raises(Refused, match="You had a part"):
                answer(result, CLEO, "reviewer")
        answer("upheld", RITA, "reviewer")


def test_nobody_answers_for_their_own_side(app: Flask) -> None:
    with app.app_context():
        appeal()
        with writing():
            grant(person(BEN), "lead", "jd-3p")
            grant(person(ADA), "lead", "jd-3p")
        for who in (BEN, ADA):
            with pytest.raises(Refused, match="belong to a side"):
                answer("overturned", who)


def test_overturned_it_is_lifted_and_everything_is_let_go(app: Flask, held) -> None:
    with app.app_context():
        appeal()
        assert held()["payouts"] is True
        answer("overturned")
        assert (the_one().state, held()["payouts"]) == ("lifted", False)
        mail = db.session.scalars(select(SentMail).where(SentMail.topic == "restriction_lifted")).one()
        assert mail.to == BEN and "Because of this." in mail.body


def test_varied_it_is_smaller_and_shorter_and_the_rest_is_let_go(app: Flask, held) -> None:
    with app.app_context():
        appeal()
        sooner = the_one().ends_at - timedelta(days=10)
        answer("varied", scopes=["filing"], ends_at=sooner)
        assert (the_one().state, the_one().ends_at, scopes()) == ("in_force", sooner, {"filing"})
        assert held()["payouts"] is False
        appealed = db.session.scalars(select(RestrictionAppeal)).one()
        assert (appealed.result, appealed.decided_by) == ("varied", person(LIN))


def test_of_a_suspension_a_part_may_be_left(app: Flask, held) -> None:
    with app.app_context():
        act(service.lift, LIN, "lead", words="Anew.")
        decided(the_one().case_id, restricts("seller", "everything"), suspends=True)
        row = found()[1]
        assert held() == {"payouts": True, "listing": True}
        appeal(of=row.id)
        answer("varied", RITA, "reviewer", of=row.id, scopes=["filing", "listing"], ends_at=row.ends_at)
        mine = select(RestrictionScope.scope).where(RestrictionScope.restriction_id == row.id)
        assert set(db.session.scalars(mine)) == {"filing", "listing"}
        assert held() == {"payouts": False, "listing": True}


def test_an_appeal_makes_nothing_worse(app: Flask) -> None:
    with app.app_context():
        appeal()
        ends = the_one().ends_at
        now = datetime.now(ends.tzinfo)
        worse = (
            {"scopes": ["filing", "payouts"], "ends_at": ends},
            {"scopes": ["filing", "payouts"], "ends_at": None},
            {"scopes": ["filing"], "ends_at": ends + timedelta(days=1)},
            {"scopes": ["filing", "messaging"], "ends_at": ends},
            {"scopes": [], "ends_at": ends},
            {"scopes": ["filing"], "ends_at": now - timedelta(days=1)},
        )
        for what in worse:
            with pytest.raises(Refused, match="must be less than before"):
                answer("varied", **what)
        assert the_one().state == "appealed"


def test_a_lead_lifts_it_and_nobody_else_does(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(Refused):
            act(service.lift, CLEO, "reviewer", words="No.")
        act(service.lift, LIN, "lead", words="It was a mix-up.")
        assert (the_one().state, the_one().lifted_why) == ("lifted", "It was a mix-up.")


def test_when_it_ends_first_the_appeal_has_nothing_left_to_ask(app: Flask) -> None:
    with app.app_context():
        appeal()
        with writing() as session:
            hour = timedelta(hours=1)
            now = the_one().starts_at
            session.execute(Restriction.__table__.update().values(starts_at=now - 2 * hour, ends_at=now - hour))
        sweep()
        assert the_one().state == "ended"
        assert db.session.scalars(select(RestrictionAppeal.result)).one() == "moot"


def test_on_the_pages_the_subject_appeals_and_another_lead_answers(app: Flask, visit) -> None:
    with app.app_context():
        page = f"/restrictions/{the_one().public_id}"
    ben, cleo, lin = visit(BEN), visit(CLEO), visit(LIN)
    assert send(ben, f"{page}/appeal", {"ground": "unfair_process", "words": " "}).status_code == 422
    assert send(ben, f"{page}/appeal", {"ground": "unfair_process", "words": "Nobody heard me."}).status_code == 303
    assert "Nobody heard me." in ben.get(page).text and page in lin.get("/desk/restrictions?tab=appealed").text
    assert "You had a part in the decision" in cleo.get(f"/desk{page}").text
    assert cleo.get(f"/desk{page}/answer").status_code == 409
    smaller = {"result": "varied", "scopes": ["filing"], "words": "Payouts can go on."}
    with app.app_context():
        smaller["ends"] = (the_one().ends_at - timedelta(days=1)).date().isoformat()
    assert send(lin, f"/desk{page}/answer", smaller).status_code == 303
    assert "Payouts can go on." in ben.get(page).text
    assert send(lin, f"/desk{page}/lift", {"words": "Enough."}).status_code == 303
    assert "Enough." in ben.get(page).text and "Lifted" in ben.get(page).text


def test_two_answers_at_once_the_second_is_told(app: Flask, visit) -> None:
    with app.app_context():
        appeal()
        page = f"/desk/restrictions/{the_one().public_id}"
    lin, rita = visit(LIN), visit(RITA)
    late = rita.get(f"{page}/answer")
    assert send(lin, f"{page}/answer", {"result": "upheld", "words": "It stays."}).status_code == 303
    told = rita.post(f"{page}/answer", data={**fields(late.text), "result": "overturned", "words": "My long reasons."})
    assert told.status_code == 409 and "My long reasons." in told.text


@pytest.mark.parametrize("what", ("history", "reasons", "appeal", "answer"))
def test_whatever_is_changed_behind_our_back_is_found(app: Flask, kind: str, what: str) -> None:
    with app.app_context():
        appeal()
        answer("upheld")
    assert app.test_cli_runner().invoke(verify).exit_code == 0
    changes = {
        "history": "UPDATE house_event SET role = 'lead' WHERE trigger = 'impose'",
        "reasons": "UPDATE restriction SET reasons = 'others'",
        "appeal": "UPDATE restriction_appeal SET words = 'others'",
        "answer": "UPDATE restriction_appeal SET answer = 'others'",
    }
    with app.app_context(), writing() as session:
        session.execute(text("DROP TRIGGER house_event_no_update" + " ON house_event" * (kind == "postgresql")))
        session.execute(text(changes[what]))
    result = app.test_cli_runner().invoke(verify)
    assert result.exit_code == 1
    with app.app_context():
        first = db.session.scalars(select(HouseEvent).where(HouseEvent.root == "seller")).first()
        named = f"seller {first.root_id}: the history does not hold from event 1 on"
        assert (named if what == "history" else f"restriction {the_one().id}: the text") in result.output


def test_everything_with_its_parts_named_besides_is_no_less_than_everything(app: Flask) -> None:
    with app.app_context():
        with writing():
            db.session.execute(text("DELETE FROM restriction_scope"))
            db.session.add(RestrictionScope(restriction_id=the_one().id, scope="everything"))
            db.session.flush()
        appeal()
        with pytest.raises(Refused, match="must be less"):
            answer("varied", scopes=["everything", "filing"], ends_at=the_one().ends_at)
