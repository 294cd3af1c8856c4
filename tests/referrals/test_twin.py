"""A case with a referral and its twin without answer everything anybody outside can ask byte for byte alike."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from disputes.appeals import service as appeals
from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.decisions.service import Drafted
from disputes.messages import service as messages
from disputes.models import Clock, Message, Order, Parcel, Refund
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.steps import take_step
from disputes.workflows.case import CASE
from tests.cast import ADA, BEN, CLEO, LIN, RITA, grant, own_store
from tests.referrals import making
from tests.referrals.twins import House, Install, Secret, Seen, Stage, differences, read_inside, referral_id, tell
from tests.restricting import counterfeit, restricts
from tests.restricting import decided as decide_on
from tests.turns import HOUR, case_of, file_case, person, turn


def files(house: House) -> None:
    with house.app.app_context():
        house.case_id = file_case(house.cast.jd_order, ADA)


def fakes(house: House) -> None:
    with house.app.app_context():
        house.case_id = counterfeit(house.cast.jd_order)


def aside(pack: str, reason: str, sub_reason: str | None) -> Callable[[House], None]:
    """A filing in a maker's own store about what was bought on a marketplace and sent yesterday."""

    def happens(house: House) -> None:
        with house.app.app_context():
            order_id = own_store(pack, house.cast.people[ADA], now=real_now())
            with writing() as session:
                session.execute(update(Order).where(Order.id == order_id).values(channel="ebay"))
                sent = {"dispatched_at": real_now() - timedelta(days=1), "delivered_at": None}
                session.execute(update(Parcel).where(Parcel.order_id == order_id).values(**sent))
                grant(person(RITA), "lead", pack)
            house.case_id = file_case(order_id, ADA, reason=reason, sub_reason=sub_reason)

    return happens


def restricted(house: House) -> None:
    with house.app.app_context():
        decide_on(house.case_id, restricts("seller", "listing"))


def desk(do: Callable[..., Any], by: str = CLEO, role: str = "reviewer", **how: Any) -> Callable[[House], None]:
    """A step of the desk, through its service."""

    def happens(house: House) -> None:
        with house.app.app_context(), turn(house.case_id, by, role) as t:
            do(t, **how)

    return happens


def party(email: str, page: str, action: str | None = None, **data: Any) -> Callable[[House], None]:
    """A form a party fills in."""
    return lambda house: house.send(email, page, data, action)


def proof(house: House) -> None:
    house.send(ADA, "/evidence", {"kind": "receipt", "files": (io.BytesIO(b"a receipt"), "receipt.txt")})


def report(house: House) -> None:
    with house.app.app_context():
        said = db.session.scalars(select(Message.id).where(Message.role == "seller")).first()
    house.send(ADA, "/report", {"message": str(said), "reason": "threat", "words": "Help."})


def decide(kind: str, amount: int | None) -> Callable[[House], None]:
    def happens(house: House) -> None:
        with house.app.app_context():
            with turn(house.case_id, LIN, "lead") as t:
                digest = decisions.draft(t, Drafted(kind, amount, "The photos show it.", [], ["JDT-04"])).digest
            with turn(house.case_id, LIN, "lead") as t:
                decisions.decide(t, digest=digest)

    return happens


def show_draft(house: House) -> None:
    with house.app.app_context():
        with turn(house.case_id, CLEO, "reviewer") as t:
            decisions.draft(t, Drafted("no_remedy", None, "Nothing shows it.", [], ["JDT-04"]))
        with turn(house.case_id, CLEO, "reviewer") as t:
            decisions.propose_draft(t)


def money(house: House) -> None:
    with house.app.app_context():
        for trigger in ("send", "arrive"):
            with turn(house.case_id, None, "system") as t:
                refund = db.session.scalars(select(Refund).where(Refund.state != "arrived")).one()
                take_step(refund, trigger, t.actor, now=t.now, received_at=t.now)


def in_time(house: House) -> None:
    """An answer that reached us before the limit ran out is read after the sweep."""
    with house.app.app_context():
        at = case_of(house.case_id).opened_at
        with turn(house.case_id, BEN, "seller", arrived=at + 47 * HOUR) as t:
            offers.refuse(t, reason="not_proven", words="In time.")


def until_it_has_just_run_out(house: House) -> None:
    """Ten seconds after the limit, when our minute at the end of each stage has passed: not swept yet."""
    with house.app.app_context():
        due = db.session.scalars(select(Clock.due_at).where(Clock.name == "seller_response")).one()
    house.clock.shift(due - real_now() - timedelta(seconds=50))


def later(**time: float) -> Callable[[House], None]:
    return lambda house: house.wait(**time)


DECIDED: list[Stage] = [
    ("filed", files),
    ("asked", party(BEN, "/ask", words="Which lamp?")),
    ("answered", party(ADA, "/answer", words="The brass one.")),
    ("offered", party(BEN, "/offer", kind="partial_refund", amount="10", note="Half of it.")),
    ("declined", party(ADA, "", "/decline")),
    ("proven", proof),
    ("reported", report),
    ("stepped in", party(ADA, "", "/do/step_in")),
    ("requested", desk(messages.request_info, side="buyer", words="Which bulb?")),
    ("given", party(ADA, "/answer-info", words="E27.")),
    ("shown", show_draft),
    ("commented", party(BEN, "/comment", words="Quite right.")),
    ("taken back", desk(lambda t: t.take("revise"))),
    ("decided", decide("partial_refund", 1_500)),
    ("paid", money),
    ("appealed", party(BEN, "/appeal", ground="new_evidence", words="Look again.")),
    ("upheld", desk(appeals.uphold, RITA, "lead", words="It stays.")),
    ("closed", later(days=60)),
    ("outside", party(ADA, "/outside", body="The board", words="They look at it.")),
    ("told", desk(appeals.come_back, LIN, "lead", words="They agree.")),
    ("reopened", desk(decisions.reopen, RITA, "lead", words="A parcel was found.")),
    ("dropped", party(ADA, "/close")),
    ("resumed", party(ADA, "", "/resume")),
    ("decided again", decide("no_remedy", None)),
]
SILENT: list[Stage] = [
    ("filed", files),
    ("running out", until_it_has_just_run_out),
    ("silent", later(minutes=5)),
    ("in time", in_time),
    ("ignored", later(hours=100)),
    ("dropped", party(ADA, "/close")),
    ("over", later(hours=60)),
]
SETTLED: list[Stage] = [
    ("filed", files),
    ("offered", party(BEN, "/offer", kind="full_refund", note="All of it.")),
    ("settled", party(ADA, "", "/accept")),
    ("paid", money),
    ("closed", later(days=60)),
]
CANCELLED: list[Stage] = [
    ("filed", files),
    ("offered", party(BEN, "/offer", kind="cancellation", note="It is not sent yet.")),
    ("cancelled", party(ADA, "", "/accept")),
]
RESTRICTED: list[Stage] = [
    ("filed", fakes),
    ("restricted", restricted),
    ("later", later(hours=2)),
]
REDIRECTED: list[Stage] = [
    ("filed", aside("jabra", "not_as_described", None)),
    ("contested", party(ADA, "/contest", words="I bought it in your own store.")),
    ("refused", party(BEN, "/refuse", reason="other", words="It was not our store.")),
]
EARLY: list[Stage] = [
    ("filed", aside("imalent", "late", "still_on_its_way")),
    ("promised", later(days=30)),
    ("dropped", party(ADA, "/close")),
]
STORIES = {
    "decided": DECIDED, "silent": SILENT, "settled": SETTLED, "cancelled": CANCELLED, "restricted": RESTRICTED,
    "redirected": REDIRECTED, "early": EARLY,
}  # fmt: skip


def drafted(house: House) -> None:
    with house.app.app_context():
        assert making.drafted(house.case_id) == referral_id()


def approved(house: House) -> None:
    drafted(house)
    with house.app.app_context():
        making.propose(house.case_id, referral_id())
        making.approve(house.case_id, referral_id(), LIN)
        making.approve(house.case_id, referral_id(), RITA)
        assert case_of(house.case_id).cover
    read_inside(house)


def handed_over(house: House) -> None:
    approved(house)
    with house.app.app_context():
        making.hand_over(house.case_id, referral_id(), house.folder)


def emergency(house: House) -> None:
    drafted(house)
    with house.app.app_context():
        making.hand_over(house.case_id, referral_id(), house.folder, urgently=True)
        assert case_of(house.case_id).cover
    read_inside(house)


def objected(house: House) -> None:
    with house.app.app_context():
        making.say(house.case_id, referral_id(), "review", RITA, "lead", right=False)
        assert case_of(house.case_id).cover is None


def answered(house: House) -> None:
    with house.app.app_context():
        making.say(house.case_id, referral_id(), "answer", CLEO, "reviewer")
        assert case_of(house.case_id).cover is None


# What happens, and what becomes of it two stages later.
KINDS: tuple[tuple[Secret, Secret | None], ...] = (
    (approved, None), (emergency, objected), (handed_over, answered), (drafted, None), (emergency, None),
)  # fmt: skip
# A moment in each state a case can stand in, and where a limit has just run out.
MOMENTS = {
    "decided": (
        "filed", "offered", "reported", "stepped in", "requested", "shown", "decided", "paid", "appealed", "closed",
        "outside", "reopened", "dropped", "decided again",
    ),
    "silent": ("running out", "silent", "in time", "ignored", "over"),
    "settled": ("filed", "settled", "closed"),
    "cancelled": ("cancelled",),
    "restricted": ("restricted",),
    "redirected": ("filed",),
    "early": ("filed",),
}  # fmt: skip
ALL = [(name, moment) for name, moments in MOMENTS.items() for moment in moments]


def names(story: str) -> list[str]:
    return [name for name, _ in STORIES[story]]


def secrets_at(story: str, moment: str) -> dict[str, Secret]:
    """Every kind in its turn; its end where the story goes on for so long."""
    at = names(story).index(moment)
    first, then = KINDS[ALL.index((story, moment)) % len(KINDS)]
    return {moment: first, **({names(story)[at + 2]: then} if then and at + 2 < len(names(story)) else {})}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("twins") / "house"


@pytest.fixture(scope="module")
def twin(install: Install, place: Path) -> Callable[[str], Seen]:
    """twin(story) -> what is seen where there is no referral; told once for all that are compared with it."""
    told: dict[str, Seen] = {}

    def of(name: str) -> Seen:
        if name not in told:
            told[name] = tell(install, place, STORIES[name], {}, looks=names(name), everything=True)
        return told[name]

    return of


@pytest.mark.parametrize(("story", "moment"), ALL, ids=map("-".join, ALL))
def test_nobody_outside_can_tell_a_case_with_a_referral_from_its_twin(
    install: Install, place: Path, twin: Callable[[str], Seen], story: str, moment: str
) -> None:
    at = names(story).index(moment)
    looks, first = names(story)[at : at + 3], moment == MOMENTS[story][0]
    with_it = tell(install, place, STORIES[story], secrets_at(story, moment), looks=looks, everything=first)
    assert differences(with_it, twin(story)) == []


def test_the_stories_stand_in_every_state_and_what_is_hidden_begins_in_each(twin: Callable[[str], Seen]) -> None:
    found = {at: seen[0] for name in STORIES for at, seen in states(name, twin(name)).items()}
    passed_through = {"opened"}
    assert {found[moment] for moment in ALL} == set(CASE.public_names) - passed_through
    assert found["silent", "running out"] == "seller_contacted" and found["silent", "silent"] == "investigated"


def states(story: str, seen: Seen) -> dict[tuple[str, str], Any]:
    return {(story, key[0]): rows for key, rows in seen.items() if key[1:] == ("rows", "case")}


@pytest.mark.parametrize("story", STORIES)
def test_the_twins_see_something(twin: Callable[[str], Seen], story: str) -> None:
    seen = twin(story)
    pages = [found for key, found in seen.items() if key[2] == "GET" and found[0] == 200]
    assert sum(key[1] == "mail" for key in seen) >= 3 and len(pages) > 50
    assert any(b"Brass desk lamp" in body for _, _, body in pages)


LEAKS = ("public_version = public_version + 1", "public_seq = public_seq + 1", "queue_at = opened_at")


@pytest.mark.parametrize("leak", LEAKS)
def test_a_referral_that_leaves_a_trace_is_found(
    install: Install, place: Path, twin: Callable[[str], Seen], leak: str
) -> None:
    def leaves_a_trace(house: House) -> None:
        drafted(house)
        with house.app.app_context(), writing():
            db.session.execute(text(f'UPDATE "case" SET {leak}'))

    secret = {"filed": leaves_a_trace}
    leaky = tell(install, place, STORIES["settled"], secret, looks=("filed", "offered"), everything=False)
    assert leaky.keys() - twin("settled").keys() or [
        key for key in differences(leaky, twin("settled")) if key[1] != "rows"
    ], "not only our own look at the tables must see it"
