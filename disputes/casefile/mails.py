"""The send log of a case: what was handed to the mailer, when, to which side."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from disputes.db import db
from disputes.models import Case, SentMail
from disputes.text import N_, Text
from disputes.workflows.roles import BUYER, SELLER

MOST = 50
SIDES = {BUYER: N_("To the buyer"), SELLER: N_("To the seller")}


@dataclass(frozen=True)
class MailRow:
    side: Text
    to: str
    subject: str
    at: datetime


def mails_of(case: Case) -> tuple[MailRow, ...]:
    """The latest letters of a case, the newest first."""
    query = select(SentMail).where(SentMail.case_id == case.id).order_by(SentMail.id.desc()).limit(MOST)
    return tuple(
        MailRow(Text(SIDES.get(mail.side, mail.side)), mail.to, mail.subject, mail.handed_at)
        for mail in db.session.scalars(query)
    )
