"""What a referral's guards look at, and the digest that approvals bind."""

from typing import Any

from sqlalchemy import and_, exists, select

from disputes.db import db
from disputes.models import Account, Case, Evidence, Grant, Referral, ReferralApproval
from disputes.workflows.referral import ReferralFacts
from disputes.workflows.roles import LEAD

from .chain import commitment
from .second import digest
from .unit import Actor


def content_digest(referral: Referral) -> str:
    """SHA-256 of everything an approval binds: what is said to whom, on which ground, and which files go with it."""
    files = select(Evidence.number, Evidence.sha256).where(Evidence.case_id == referral.case_id)
    chosen = db.session.execute(files.where(Evidence.number.in_(referral.exhibits)).order_by(Evidence.number))
    words = (referral.story, referral.authority, referral.basis_words, referral.left_out)
    return digest(
        {
            "referral": referral.public_id, "case": referral.case_id, "offence": referral.offence,
            "basis": referral.basis, "words": [commitment(referral.salt, word) for word in words],
            "parts": sorted(referral.parts), "exhibits": [list(row) for row in chosen],
        }
    )  # fmt: skip


def referral_facts(referral: Referral, case: Case, actor: Actor) -> ReferralFacts:
    """Everything about who wrote, who approved and who may, as it is now: the case is locked."""
    approvals = select(ReferralApproval.account_id).where(
        ReferralApproval.referral_id == referral.id,
        ReferralApproval.digest == referral.digest,
        ReferralApproval.ended_at.is_(None),
    )
    approved_by = frozenset(db.session.scalars(approvals))
    people = {who.id: who for who in db.session.execute(_people(case, {*approved_by, actor.id or 0}))}
    authors = (referral.author_id, referral.proposed_by)
    return ReferralFacts(
        actor_id=actor.id,
        conflicted=actor.id not in people or _a_side(case, people[actor.id]),
        authors=frozenset(who for who in authors if who is not None),
        approved_by=approved_by,
        approvals_count=all(
            who in people and people[who].leads and not _a_side(case, people[who]) for who in approved_by
        ),
        whole=referral.digest == content_digest(referral),
        handed_by=referral.urgent_by,
    )


def _people(case: Case, ids: set[int]) -> Any:
    """Of each account that is not disabled: whether it leads the shop, and whether it belongs to the seller."""
    granted = Grant.account_id == Account.id
    leads = exists().where(granted, Grant.shop_id == case.shop_id, Grant.role == LEAD)
    member = exists().where(granted, Grant.seller_id == case.seller_id)
    query = select(Account.id, leads.label("leads"), member.label("member"))
    return query.where(and_(Account.id.in_(ids), Account.disabled_at.is_(None)))


def _a_side(case: Case, who: Any) -> bool:
    return bool(who.id == case.buyer_id or who.member)
