"""The send log as letters."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from disputes.db import db
from disputes.models import SentMail

PAGE = 50
FURTHEST = 2**31 - 1  # the largest number the column holds


def sent(before: int | None) -> tuple[list[dict[str, Any]], int | None]:
    """A page of letters older than `before`, and where the next page begins."""
    query = select(SentMail.id, SentMail.to, SentMail.subject, SentMail.handed_at).order_by(SentMail.id.desc())
    if before is not None:
        query = query.where(SentMail.id < max(0, min(before, FURTHEST)))
    found = db.session.execute(query.limit(PAGE + 1)).all()
    shown = found[:PAGE]
    letters = [
        {"to": to, "subject": subject, "at": at, "url": url_for("demo.mail_show", mail_id=mail_id)}
        for mail_id, to, subject, at in shown
    ]
    return letters, shown[-1].id if len(found) > PAGE else None


def letter(mail_id: int, sender: str) -> dict[str, Any] | None:
    """One letter, if it is there."""
    mail = db.session.get(SentMail, mail_id) if mail_id <= FURTHEST else None
    if mail is None:
        return None
    return {"subject": mail.subject, "to": mail.to, "from": sender, "at": mail.handed_at, "body": mail.body}
