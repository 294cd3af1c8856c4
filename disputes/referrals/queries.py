"""Referrals as their pages show them: the list, one with its history and what the reader can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select, tuple_

from disputes.auth.access import Turn
from disputes.auth.people import Person
from disputes.db import db
from disputes.effects.referred import referral_facts
from disputes.models import Account, Case, HouseEvent, Referral, ReferralApproval, ReferralNote, Shop
from disputes.text import N_, Text
from disputes.web.keyset import PAGE
from disputes.workflows.core import Step, View
from disputes.workflows.referral import REFERRAL
from disputes.workflows.roles import INSIDE

OFFENCES = {
    "fraud": N_("Fraud"),
    "counterfeit": N_("Counterfeit goods"),
    "stolen_goods": N_("Stolen goods"),
    "dangerous_goods": N_("Dangerous goods"),
    "threat": N_("A threat"),
    "payment_crime": N_("Crime with means of payment"),
    "other": N_("Another offence"),
}
BASES = {
    "danger_to_life": N_("Somebody's life or safety is in danger, so we must tell"),
    "order": N_("A court or an authority orders it"),
    "duty": N_("Another law makes us tell"),
    "own_report": N_("We report it ourselves, and the law allows it"),
}
PARTS = {
    "messages": N_("What the sides wrote"),
    "offers": N_("What the sides offered each other"),
    "decisions": N_("Our decisions, with refunds"),
    "payments": N_("How it was paid"),
    "notes": N_("Notes of staff"),
}
NOTES = {
    "returned": N_("Why it was sent back"),
    "emergency": N_("Why it could not wait"),
    "review": N_("What the review found"),
    "answer": N_("What the authority said"),
    "closed": N_("Why no answer is expected"),
    "withdrawn": N_("Why it was withdrawn"),
}
WAITS_FOR_APPROVAL = ("proposed", "approved_once")


@dataclass(frozen=True)
class Entry:
    """One line of a referral's history, with what was written beside it."""

    at: datetime
    who: Text
    told: Text
    note: str | None
    hash: str


@dataclass(frozen=True)
class Row:
    """A referral as a line of the list; `waits` says what this reader is waited for."""

    referral: Referral
    case: Case
    shop_name: str
    state_label: Text
    waits: Text | None


def find(case: Case, public_id: str) -> Referral | None:
    """A case's referral by its public id."""
    query = select(Referral).where(Referral.public_id == public_id, Referral.case_id == case.id)
    return db.session.scalars(query).one_or_none()


def of_case(case: Case) -> Sequence[Referral]:
    """A case's referrals, the latest first."""
    return db.session.scalars(select(Referral).where(Referral.case_id == case.id).order_by(Referral.id.desc())).all()


def is_open(referral: Referral) -> bool:
    return REFERRAL.by_name[referral.state].open


def rows_of(turn: Turn, found: Sequence[Referral]) -> list[Row]:
    """A case's referrals as lines of a list."""
    return [_row(referral, turn.case, turn.shop.name, waits=False) for referral in found]


def listed(person: Person, closed: bool, after: tuple[datetime, int] | None) -> Select[Referral, Case, str]:
    """One page of the referrals of the person's shops, none of a case of their own; the latest change first."""
    shops = person.shops_as(*INSIDE)
    query = (
        select(Referral, Case, Shop.name)
        .join(Case, Case.id == Referral.case_id)
        .join(Shop, Shop.id == Case.shop_id)
        .where(Case.shop_id.in_(shops), Case.buyer_id != person.id, Case.seller_id.not_in(person.sellers))
        .where(Referral.state.in_(REFERRAL.open_states) if not closed else Referral.state.not_in(REFERRAL.open_states))
    )
    if after:
        query = query.where(tuple_(Referral.changed_at, Referral.id) < after)
    return query.order_by(Referral.changed_at.desc(), Referral.id.desc()).limit(PAGE + 1)


def waiting(person: Person) -> Select[Referral, Case, str]:
    """What waits for this lead: referrals to approve that others wrote and asked for, and emergencies to review."""
    done = select(ReferralApproval.id).where(
        ReferralApproval.referral_id == Referral.id,
        ReferralApproval.account_id == person.id,
        ReferralApproval.ended_at.is_(None),
    )
    approve = and_(
        Referral.state.in_(WAITS_FOR_APPROVAL), Referral.author_id != person.id, Referral.proposed_by != person.id,
        ~done.exists(),
    )  # fmt: skip
    review = and_(Referral.state == "handed_urgently", Referral.urgent_by != person.id)
    query = (
        select(Referral, Case, Shop.name)
        .join(Case, Case.id == Referral.case_id)
        .join(Shop, Shop.id == Case.shop_id)
        .where(Case.shop_id.in_(person.lead_shops), or_(approve, review))
        .where(Case.buyer_id != person.id, Case.seller_id.not_in(person.sellers))
    )
    return query.order_by(Referral.review_due_at.is_(None), Referral.review_due_at, Referral.changed_at).limit(PAGE)


def rows(query: Select[Referral, Case, str], waits: bool = False) -> list[Row]:
    """The lines of a list."""
    return [_row(referral, case, shop, waits) for referral, case, shop in db.session.execute(query)]


def _row(referral: Referral, case: Case, shop: str, waits: bool) -> Row:
    label = Text(REFERRAL.by_name[referral.state].label)
    return Row(referral, case, shop, label, _waits(referral) if waits else None)


def _waits(referral: Referral) -> Text:
    if referral.review_due_at and referral.state == "handed_urgently":
        return Text(N_("Review it by %(due)s"), {"due": referral.review_due_at})
    return Text(N_("Approve it or send it back"))


def choices(turn: Turn, referral: Referral) -> list[tuple[Step, Text | None]]:
    """What the reader can do with a referral now: each step with None, or with the reason why it is shut."""
    view = View(turn.actor.role, referral_facts(referral, turn.case, turn.actor))
    return list(REFERRAL.choices(referral.state, view))


def history(referral: Referral) -> list[Entry]:
    """Everything that happened to a referral, the oldest first."""
    mine = (HouseEvent.root == Referral.__tablename__, HouseEvent.root_id == str(referral.id))
    beside = and_(ReferralNote.referral_id == referral.id, ReferralNote.seq == HouseEvent.seq)
    query = (
        select(HouseEvent, Account.name, ReferralNote.body)
        .outerjoin(Account, Account.id == HouseEvent.actor_id)
        .outerjoin(ReferralNote, beside)
        .where(*mine)
        .order_by(HouseEvent.seq)
    )
    steps: Mapping[str, Step] = REFERRAL.by_trigger
    return [
        Entry(event.at, _name(name), Text(steps[event.trigger].story, {"who": _name(name)}), body, event.hash)
        for event, name, body in db.session.execute(query)
    ]


def approvals(referral: Referral) -> list[tuple[str, datetime]]:
    """Who approved the content as it stands, and when."""
    of_it = (ReferralApproval.referral_id == referral.id, ReferralApproval.ended_at.is_(None))
    query = select(Account.name, ReferralApproval.at).join(Account, Account.id == ReferralApproval.account_id)
    same = ReferralApproval.digest == referral.digest
    return [(name, at) for name, at in db.session.execute(query.where(*of_it, same).order_by(ReferralApproval.id))]


def told(referral: Referral) -> Mapping[str, Any]:
    """Its codes in words: the offence, the ground, the parts that go with it and those left out, where it stands."""
    return {
        "offence": Text(OFFENCES[referral.offence]),
        "basis": Text(BASES[referral.basis]),
        "with": [Text(label) for part, label in PARTS.items() if part in referral.parts],
        "without": [Text(label) for part, label in PARTS.items() if part not in referral.parts],
        "state": Text(REFERRAL.by_name[referral.state].label),
    }


def _name(name: str | None) -> Text:
    return Text("%(name)s", {"name": {"name": name or ""}})
