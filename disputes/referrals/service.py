"""Write a referral, ask for approvals, approve, hand over. Who may do what is the table's and the facts' to say."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects import house
from disputes.effects.facts import case_facts
from disputes.effects.referred import content_digest
from disputes.effects.words import Words
from disputes.models import Referral, ReferralApproval, ReferralNote
from disputes.models.columns import new_public_id
from disputes.steps import Refused, Taken
from disputes.storage import bag
from disputes.text import N_, Text
from disputes.workflows.core import View
from disputes.workflows.referral import REFERRAL, ReferralFacts

from .contents import items

REVIEW_WITHIN = timedelta(hours=24)
GONE = Text(N_("You no longer have access to this case."))
THERE_IS_ONE = Text(N_("This case has a referral that is not closed yet."))
CHANGED = Text(N_("The referral was changed after you read it. Read it again first."))
MOVED_ON = Text(N_("Something was added to the case while the files were packed. Look at it, then hand it over again."))
OTHER_FILE = Text(N_("A file of this case is not the one that was handed in. Tell whoever runs the house."))


@dataclass(frozen=True)
class Content:
    """What somebody wrote: exhibits by their numbers, parts by their codes."""

    offence: str
    story: str
    authority: str
    basis: str
    basis_words: str
    left_out: str
    parts: Sequence[str]
    exhibits: Sequence[int]


@dataclass(frozen=True)
class Packed:
    """A bag, and what it was made of: the content with this digest, the case with this head of its history."""

    bag: bag.Bag
    folder: Path
    digest: str
    head_hash: str


def lock(turn: Turn, public_id: str) -> Referral | None:
    """Lock a referral of a locked case; None: there is none with this id."""
    query = select(Referral).where(Referral.public_id == public_id, Referral.case_id == turn.case.id)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def draft(turn: Turn, content: Content) -> Referral:
    """Begin a referral of a case that has no open one. Nothing on the case changes."""
    facts, entitled, _ = case_facts(turn.case, turn.actor, turn.received_at)
    begins = View(turn.actor.role, ReferralFacts(actor_id=turn.actor.id, conflicted=facts.conflicted))
    if reason := REFERRAL.begin.refusal(begins) or (None if entitled else GONE):
        raise Refused(reason)
    still_open = select(Referral.id).where(Referral.case_id == turn.case.id, Referral.state.in_(REFERRAL.open_states))
    if db.session.scalar(still_open) is not None:
        raise Refused(THERE_IS_ONE)
    referral = Referral(
        case_id=turn.case.id, public_id=new_public_id(), state=REFERRAL.begin.dest, drafted_at=turn.now,
        changed_at=turn.now,
    )  # fmt: skip
    _write(turn, referral, content)
    db.session.add(referral)
    db.session.flush()
    house.note(
        referral, REFERRAL.begin.trigger, turn.actor, at=turn.now, shop_id=turn.shop.id, record_id=referral.id,
        dest=referral.state, received_at=turn.received_at, details={"digest": referral.digest},
    )  # fmt: skip
    return referral


def edit(turn: Turn, referral: Referral, content: Content) -> None:
    """Save other content: it is a draft again, and nobody has approved it."""
    _write(turn, referral, content)
    turn.take("edit", referral, {"digest": referral.digest})
    _void(turn, referral)


def propose(turn: Turn, referral: Referral, *, digest: str) -> None:
    """Ask two leads for the very content that was read."""
    _as_read(referral, digest)
    turn.take("propose", referral, {"digest": digest})
    referral.proposed_by = turn.actor.id
    db.session.flush()


def approve(turn: Turn, referral: Referral, *, digest: str) -> None:
    """One lead's yes to the very content that was read; with the second one the case is referred."""
    _as_read(referral, digest)
    turn.take("approve_first" if referral.state == "proposed" else "approve_second", referral, {"digest": digest})
    db.session.add(
        ReferralApproval(
            referral_id=referral.id, digest=digest, account_id=turn.actor.id, asked_by=referral.proposed_by, at=turn.now
        )
    )
    db.session.flush()


def send_back(turn: Turn, referral: Referral, *, words: str) -> None:
    """A lead does not approve, and says why; a first approval is void."""
    _say(turn, referral, "send_back", "returned", words)
    _void(turn, referral)


def hand_over(turn: Turn, referral: Referral, packed: Packed) -> None:
    """Note that the bag was handed over: a person carries it, nothing is sent."""
    turn.take("hand_over", referral, _checked(turn, referral, packed))
    _handed(turn, referral, packed)


def hand_over_urgently(turn: Turn, referral: Referral, packed: Packed, *, digest: str, words: str) -> None:
    """One lead hands it over at once and says why it cannot wait; another lead reviews that the next day."""
    _as_read(referral, digest)
    _say(turn, referral, "hand_over_urgently", "emergency", words, _checked(turn, referral, packed))
    referral.urgent_by, referral.review_due_at = turn.actor.id, turn.now + REVIEW_WITHIN
    _void(turn, referral)
    _handed(turn, referral, packed)


def review(turn: Turn, referral: Referral, *, right: bool, words: str) -> None:
    """Another lead says whether the emergency was one; if not, the referral is withdrawn."""
    _say(turn, referral, "confirm" if right else "object", "review", words)
    referral.reviewed_by = turn.actor.id
    db.session.flush()


def answer(turn: Turn, referral: Referral, *, words: str) -> None:
    """The authority has answered."""
    _say(turn, referral, "answer", "answer", words)


def close(turn: Turn, referral: Referral, *, words: str) -> None:
    """Nobody expects an answer any more."""
    _say(turn, referral, "close", "closed", words)


def withdraw(turn: Turn, referral: Referral, *, words: str) -> None:
    """Take it back, before or after it was approved."""
    _say(turn, referral, _withdraws(referral), "withdrawn", words)
    _void(turn, referral)


@contextmanager
def packed(turn: Turn, referral: Referral, folder: Path) -> Iterator[Packed]:
    """The bag as the case stands now, before the case is locked: reading many files takes a while.

    It is removed again unless it is handed over. Refused when a file is not the one that was handed in."""
    head_hash, digest = turn.case.head_hash, referral.digest
    name = f"case-{turn.case.ref}"
    info = (
        ("Bagging-Date", turn.now.date().isoformat()),
        ("Source-Organization", turn.shop.name),
        ("External-Identifier", referral.public_id),
        ("Internal-Sender-Identifier", f"case {turn.case.ref}, history {head_hash}"),
        ("Internal-Sender-Description", f"for {referral.authority}"),
    )
    try:
        with bag.built(folder, name, info, items(turn, referral, folder)) as made:
            yield Packed(made, folder, digest, head_hash)
    except (bag.Changed, FileNotFoundError) as error:
        raise Refused(OTHER_FILE) from error


def _write(turn: Turn, referral: Referral, content: Content) -> None:
    referral.offence, referral.basis = content.offence, content.basis
    referral.story, referral.left_out = _clean(content.story), _clean(content.left_out)
    referral.authority, referral.basis_words = _clean(content.authority), _clean(content.basis_words)
    referral.parts, referral.exhibits = sorted(content.parts), sorted(content.exhibits)
    referral.salt, referral.author_id, referral.proposed_by = secrets.token_hex(16), turn.actor.id or 0, None
    referral.digest = content_digest(referral)


def _clean(text: str) -> str:
    return Words.typed(text).body


def _as_read(referral: Referral, digest: str) -> None:
    if referral.digest != digest:
        raise Refused(CHANGED)


def _checked(turn: Turn, referral: Referral, packed: Packed) -> dict[str, str]:
    """For the event's details; Refused when the bag is of another content, or of a case that has moved on."""
    _as_read(referral, packed.digest)
    if turn.case.head_hash != packed.head_hash:
        raise Refused(MOVED_ON)
    return {"digest": packed.digest, "bundle": packed.bag.sha256, "case_head": packed.head_hash}


def _handed(turn: Turn, referral: Referral, packed: Packed) -> None:
    referral.handed_at, referral.bundle_sha256 = turn.now, packed.bag.sha256
    referral.bundle_size = packed.bag.size
    db.session.flush()
    bag.keep(packed.folder, packed.bag)


def _say(
    turn: Turn, referral: Referral, trigger: str, kind: str, words: str, details: dict[str, str] | None = None
) -> Taken:
    typed = Words.typed(words)
    taken = turn.take(trigger, referral, {**(details or {}), "words": typed.commitment})
    db.session.add(
        ReferralNote(
            referral_id=referral.id, kind=kind, body=typed.body, salt=typed.salt, seq=taken.seq,
            account_id=turn.actor.id, at=turn.now,
        )
    )  # fmt: skip
    db.session.flush()
    return taken


def _void(turn: Turn, referral: Referral) -> None:
    of_it = (ReferralApproval.referral_id == referral.id, ReferralApproval.ended_at.is_(None))
    db.session.execute(update(ReferralApproval).where(*of_it).values(ended_at=turn.now))


def _withdraws(referral: Referral) -> str:
    ways = (step.trigger for step in REFERRAL.by_state[referral.state] if step.page == "referrals.withdraw")
    return next(ways, "withdraw")
