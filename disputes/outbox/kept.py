"""Compare what is kept beside the history, texts and files, with what the history says of it. Reads only."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from disputes.db import db
from disputes.effects.chain import commitment
from disputes.models import Case, Decision, Event, Evidence, HouseEvent, Message, Restriction, RestrictionAppeal
from disputes.storage.store import path_of
from disputes.workflows.restriction import UNTOLD

ANSWERED_BY = {"upheld": "uphold", "varied": "vary", "overturned": "overturn"}
BATCH = 500  # cases at a time, so that no number of them fills the memory
Told = dict[int, Mapping[str, Any]]  # what a case's events tell, by their numbers


def changed_texts() -> tuple[int, list[str]]:
    """How many typed texts are kept, and a line for each that is not what the history was told."""
    count, faults = 0, []
    for refs, story in _stories():
        texts = _by_case(refs, Message), _by_case(refs, Decision)
        for case_id, told in story.items():
            messages, decisions = (found.get(case_id, []) for found in texts)
            written = [d for d in decisions if not d.settled]
            count += len(messages) + len(written)
            lines = [*_messages(messages, told), *_decisions(written, told), *_gone(messages, written, told)]
            faults += [f"case {refs[case_id]}: {line}" for line in lines]
    return count, faults


def changed_reasons() -> tuple[int, list[str]]:
    """How many texts are kept with restrictions, and a line for each that is not what its subject's history says."""
    told: dict[tuple[int | None, str], str] = {}
    query = select(HouseEvent.record_id, HouseEvent.trigger, HouseEvent.details)
    for row_id, trigger, details in db.session.execute(query.where(HouseEvent.record == "restriction")):
        told[(row_id, trigger)] = details.get("words", "")
    count, faults = 0, []
    joined = select(Restriction, RestrictionAppeal).outerjoin(RestrictionAppeal)
    for row, appeal in db.session.execute(joined.where(Restriction.state.not_in(UNTOLD)).order_by(Restriction.id)):
        for trigger, salt, text in _texts(row, appeal):
            count += 1
            if told.get((row.id, trigger)) != commitment(salt, text):
                faults.append(f"restriction {row.id}: the text of its step {trigger} is not what was written")
    return count, faults


def _texts(row: Restriction, appeal: RestrictionAppeal | None) -> Iterator[tuple[str, str, str]]:
    """(step, salt, text) of everything written about a restriction."""
    yield "impose", row.salt, row.reasons
    if row.lifted_why is not None:
        yield "lift", row.lifted_salt or "", row.lifted_why
    if appeal is not None:
        yield "appeal", appeal.salt, appeal.words
        if appeal.answer is not None and appeal.result in ANSWERED_BY:
            yield ANSWERED_BY[appeal.result], appeal.answer_salt or "", appeal.answer


def changed_files(folder: Path) -> tuple[int, list[str]]:
    """How many exhibits there are, and a line for each whose file is not the one that was handed in."""
    count, faults = 0, []
    for refs, story in _stories():
        for case_id, exhibits in _by_case(refs, Evidence).items():
            count += len(exhibits)
            told = {n: h for t in story[case_id].values() for n, h in zip(*_files(t), strict=True)}
            for exhibit in exhibits:
                if fault := _file(folder, exhibit, told.get(exhibit.number)):
                    faults.append(f"case {refs[case_id]}: exhibit {exhibit.number} {fault}")
    return count, faults


def _stories() -> Iterator[tuple[dict[int, str], dict[int, Told]]]:
    """Batches of cases: the name of each, and what its events tell."""
    cases, refs = select(Case.id, Case.ref).order_by(Case.id).limit(BATCH), {0: ""}
    while refs := {case_id: ref for case_id, ref in db.session.execute(cases.where(Case.id > max(refs)))}:
        story: dict[int, Told] = {case_id: {} for case_id in refs}
        query = select(Event.case_id, Event.seq, Event.details).where(Event.case_id.in_(refs))
        for case_id, seq, details in db.session.execute(query):
            story[case_id][seq] = details
        yield refs, story


def _by_case(refs: Mapping[int, str], table: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in db.session.scalars(select(table).where(table.case_id.in_(refs)).order_by(table.id)):
        found.setdefault(row.case_id, []).append(row)
    return found


def _messages(messages: list[Message], told: Told) -> Iterator[str]:
    for message in messages:
        if told.get(message.seq or 0, {}).get("words") != commitment(message.salt, message.body):
            yield f"the text of event {message.seq} ({message.kind}) is not what was written"


def _decisions(decisions: list[Decision], told: Told) -> Iterator[str]:
    drafted = {details.get("words") for details in told.values()}
    taken = {d["decision"]: d["words"] for d in told.values() if "decision" in d and "words" in d}
    for decision in decisions:
        words = commitment(decision.salt, decision.reasons)
        if words not in drafted or taken.get(decision.id, words) != words:
            yield f"the reasons of decision {decision.id} are not what was written"


def _gone(messages: list[Message], decisions: list[Decision], told: Told) -> Iterator[str]:
    kept = {message.seq for message in messages}
    reasons = {commitment(d.salt, d.reasons) for d in decisions}
    for seq, details in told.items():
        if details.get("words") and seq not in kept and details["words"] not in reasons:
            yield f"the text of event {seq} is gone"


def _files(details: Mapping[str, Any]) -> tuple[list[int], list[str]]:
    return details.get("exhibits", []) if "sha256" in details else [], details.get("sha256", [])


def _file(folder: Path, exhibit: Evidence, told: str | None) -> str | None:
    if told != exhibit.sha256:
        return "is not the one the history names"
    try:
        with path_of(folder, exhibit.storage_key).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "has no file any more"
    return None if found == exhibit.sha256 else "has another file than the one handed in"
