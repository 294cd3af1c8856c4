"""Hand a row's mails to the mailer and write the send log: nobody who has a mail gets it again."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from disputes.db import db
from disputes.models import SentMail, Shop
from disputes.moment import moment
from disputes.settings import Settings

from .job import Hopeless, Job, Unavailable
from .mailer import Letter, Rejected, mailer, message, message_id, one_line


class Posted(NamedTuple):
    """What the mailer took, with the id each mail carries; `missing` says why some are still to send."""

    letters: list[tuple[Letter, str]]
    missing: str | None = None


def hand_over(job: Job, letters: Sequence[Letter], settings: Settings) -> Posted:
    """Send what was not sent before. Hopeless when nobody can be reached, Unavailable when the mailer takes nothing."""
    if not letters:
        raise Hopeless("nobody on this side has an address")
    query = select(SentMail.to).where(SentMail.outbox_id == job.id)
    had = set(db.session.scalars(query))
    db.session.rollback()  # no transaction stays open while we wait for a server
    taken, refused = [], []
    with mailer(settings) as mail:
        for letter in letters:
            if letter.to in had:
                continue
            try:
                mail.send(message(letter, job.key, settings.mail_from))
                taken.append((letter, message_id(job.key, letter.to, settings.mail_from)))
            except Rejected as error:
                refused.append(str(error))
            except Unavailable as error:
                if not taken:
                    raise
                return Posted(taken, str(error))
    if refused and not taken and not had:
        raise Hopeless("; ".join(refused))  # one reader of several is enough: they answer for the seller together
    return Posted(taken)


def log(job: Job, posted: Posted, case_id: int | None, shop: Shop, *, side: str) -> None:
    """Write the send log, in domain time. What an earlier try of this row wrote is not written again."""
    ids = [number for _, number in posted.letters]
    known = set(db.session.scalars(select(SentMail.message_id).where(SentMail.message_id.in_(ids))))
    now = moment(shop)
    db.session.add_all(
        SentMail(
            outbox_id=job.id, case_id=case_id, topic=job.payload.get("topic", job.kind), to=letter.to, side=side,
            subject=one_line(letter.subject)[:200], body=letter.body, message_id=number, handed_at=now,
        )
        for letter, number in posted.letters
        if number not in known
    )  # fmt: skip
    db.session.flush()
