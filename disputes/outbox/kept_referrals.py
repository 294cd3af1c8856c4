"""Compare what is kept of referrals, texts and handed-over bags, with what their histories say. Reads only."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from disputes.db import db
from disputes.effects.chain import commitment
from disputes.effects.referred import content_digest
from disputes.models import HouseEvent, Referral, ReferralNote
from disputes.storage.bag import path_of


def changed_referrals(folder: Path) -> tuple[int, list[str]]:
    """How many referrals there are, and a line for each text or bag that is not what its history was told."""
    count, faults = 0, []
    for referral in db.session.scalars(select(Referral).order_by(Referral.id)):
        count += 1
        told = _told(referral)
        lines = (*_content(referral, told), *_notes(referral, told), *_bag(folder, referral, told))
        faults += [f"referral {referral.id}: {line}" for line in lines]
    return count, faults


def _told(referral: Referral) -> dict[int, Mapping[str, Any]]:
    query = select(HouseEvent.seq, HouseEvent.details).where(HouseEvent.root == Referral.__tablename__)
    found = db.session.execute(query.where(HouseEvent.root_id == str(referral.id)).order_by(HouseEvent.seq))
    return {seq: details for seq, details in found}


def _content(referral: Referral, told: Mapping[int, Mapping[str, Any]]) -> Iterator[str]:
    digests = [details["digest"] for details in told.values() if "digest" in details]
    if not digests or digests[-1] != content_digest(referral):
        yield "what it says is not what was written"


def _notes(referral: Referral, told: Mapping[int, Mapping[str, Any]]) -> Iterator[str]:
    query = select(ReferralNote).where(ReferralNote.referral_id == referral.id).order_by(ReferralNote.seq)
    notes = {note.seq: note for note in db.session.scalars(query)}
    for seq, note in notes.items():
        if told.get(seq, {}).get("words") != commitment(note.salt, note.body):
            yield f"the text of event {seq} ({note.kind}) is not what was written"
    yield from (f"the text of event {seq} is gone" for seq, d in told.items() if d.get("words") and seq not in notes)


def _bag(folder: Path, referral: Referral, told: Mapping[int, Mapping[str, Any]]) -> Iterator[str]:
    named = next((details["bundle"] for details in told.values() if "bundle" in details), None)
    if named != referral.bundle_sha256:
        yield "the bag it names is not the one its history names"
    if named is None:
        return
    try:
        with path_of(folder, named).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != named:
                yield "the bag is not the one that was handed over"
    except FileNotFoundError:
        yield "the bag is gone"
