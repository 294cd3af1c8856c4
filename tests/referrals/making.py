"""Referrals made through the services, and who is there to approve them."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from disputes.db import db, writing
from disputes.models import Referral
from disputes.referrals import service
from disputes.referrals.service import Content
from tests.cast import CLEO, LIN, RITA, grant
from tests.turns import person, turn

STORY = "The seller threatens to burn the buyer's house down."


def content(**changes: Any) -> Content:
    """What a referral says, but for the changes."""
    usual: dict[str, Any] = {
        "offence": "threat", "story": STORY, "authority": "Amsterdam police, cyber unit", "basis": "danger_to_life",
        "basis_words": "DSA, article 18", "left_out": "How it was paid: not needed.",
        "parts": ("messages", "offers", "decisions"), "exhibits": (),
    }  # fmt: skip
    return Content(**{**usual, **changes})


def second_lead(email: str = RITA) -> None:
    """Somebody besides Lin leads the shop."""
    with writing():
        grant(person(email), "lead", "jd-3p")


def drafted(case_id: int, by: str = CLEO, role: str = "reviewer", **changes: Any) -> str:
    """A draft; returns its public id."""
    with turn(case_id, by, role) as t:
        return service.draft(t, content(**changes)).public_id


def read(public_id: str) -> Referral:
    """The referral as it is now."""
    db.session.rollback()
    return db.session.query(Referral).filter_by(public_id=public_id).one()


def propose(case_id: int, public_id: str, by: str = CLEO, role: str = "reviewer") -> str:
    """Ask for approvals; returns the digest."""
    digest = read(public_id).digest
    with turn(case_id, by, role) as t:
        service.propose(t, locked(t, public_id), digest=digest)
    return digest


def approve(case_id: int, public_id: str, by: str, digest: str | None = None, role: str = "lead") -> None:
    digest = digest or read(public_id).digest
    with turn(case_id, by, role) as t:
        service.approve(t, locked(t, public_id), digest=digest)


def approved(case_id: int, **changes: Any) -> str:
    """A referral that Lin and Rita have approved."""
    second_lead()
    public_id = drafted(case_id, **changes)
    propose(case_id, public_id)
    approve(case_id, public_id, LIN)
    approve(case_id, public_id, RITA)
    return public_id


def hand_over(
    case_id: int, public_id: str, folder: Path, by: str = LIN, urgently: bool = False,
    words: str = "A child is in the house.",
) -> None:  # fmt: skip
    """Pack it as the page does, and hand it over."""
    with ExitStack() as packing:
        with turn(case_id, by, "lead") as t:
            made = packing.enter_context(service.packed(t, read_in(t, public_id), folder))
        with turn(case_id, by, "lead") as t:
            if urgently:
                service.hand_over_urgently(t, locked(t, public_id), made, digest=made.digest, words=words)
            else:
                service.hand_over(t, locked(t, public_id), made)


def read_in(t: Any, public_id: str) -> Referral:
    return db.session.query(Referral).filter_by(public_id=public_id, case_id=t.case.id).one()


def locked(t: Any, public_id: str) -> Referral:
    referral = service.lock(t, public_id)
    assert referral
    return referral


def say(case_id: int, public_id: str, what: str, by: str, role: str, *, at: datetime | None = None, **how: Any) -> None:
    """A step with its words."""
    with turn(case_id, by, role, at=at) as t:
        getattr(service, what)(t, locked(t, public_id), words="Because.", **how)
