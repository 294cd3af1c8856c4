"""Ask, answer, and what the platform asks of a side."""

from collections.abc import Sequence

from disputes.auth.access import Turn
from disputes.effects.words import Words, keep
from disputes.storage.attach import attach, told
from disputes.storage.store import Stored
from disputes.workflows.roles import PARTIES


def ask(turn: Turn, *, words: str, files: Sequence[Stored] = ()) -> None:
    """A side asks the other something. The running limit goes on: a question is not an answer."""
    _write(turn, "ask", "question", words, files)


def answer(turn: Turn, *, words: str, files: Sequence[Stored] = ()) -> None:
    """A side answers what the other asked."""
    _write(turn, "answer", "answer", words, files)


def reply(turn: Turn, *, words: str, files: Sequence[Stored] = ()) -> None:
    """The seller answers a buyer who asks for an answer and for no money: their limit is kept."""
    _write(turn, "reply", "answer", words, files)


def request_info(turn: Turn, *, side: str, words: str) -> None:
    """The platform asks one side for more; its limit starts when the notice is sent."""
    if side not in PARTIES:
        raise ValueError(side)
    typed = Words.typed(words)
    taken = turn.take("request_info", details={"side": side, "words": typed.commitment})
    keep(turn.case, turn.actor, typed, kind="request", code=side, seq=taken.seq, at=turn.now)


def answer_info(turn: Turn, *, words: str, files: Sequence[Stored] = ()) -> None:
    """The side that was asked sends what it has."""
    _write(turn, "answer_info", "answer", words, files)


def comment(turn: Turn, *, words: str, files: Sequence[Stored] = ()) -> None:
    """A side replies to a draft decision."""
    _write(turn, "comment", "comment", words, files)


def contest(turn: Turn, *, words: str, files: Sequence[Stored] = ()) -> None:
    """The buyer says why the case belongs here after all: it goes the ordinary way."""
    _write(turn, "contest_redirect", "objection", words, files)


def stop_waiting(turn: Turn) -> None:
    """The reviewer goes on without what was asked for."""
    turn.take("stop_waiting")


def note(turn: Turn, *, words: str) -> None:
    """A note of the desk's own. It changes nothing, and no side ever sees it."""
    typed = Words.typed(words)
    taken = turn.take("note", details={"words": typed.commitment})
    keep(turn.case, turn.actor, typed, kind="note", seq=taken.seq, at=turn.now)


def _write(turn: Turn, trigger: str, kind: str, words: str, files: Sequence[Stored]) -> None:
    typed = Words.typed(words)
    exhibits = attach(
        turn.case.id, files, role=turn.actor.role, account_id=turn.actor.id or 0, kind="message",
        received_at=turn.received_at,
    )  # fmt: skip
    taken = turn.take(trigger, details={"words": typed.commitment, **told(exhibits, files)})
    keep(turn.case, turn.actor, typed, kind=kind, seq=taken.seq, at=turn.now)
