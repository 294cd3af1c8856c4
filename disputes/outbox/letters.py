"""Write a mail in its reader's language, with times in their zone."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale

from disputes.models import Account
from disputes.text import Text
from disputes.web.configure import settings_of
from disputes.web.formats import amount, say, stamp
from disputes.web.languages import offered
from disputes.workflows.roles import BUYER

from .about import About
from .mailer import Letter


def letter(matter: About, topic: str, side: str, reader: Account) -> Letter:
    """The mail for one reader. The first line of the template is the subject."""
    return written(topic, reader, lambda: _values(matter, side, reader))


def written(topic: str, reader: Account, values: Callable[[], Mapping[str, Any]]) -> Letter:
    """A letter from its template, everything in it in the reader's language."""
    with force_locale(offered(reader.locale)):
        text = current_app.jinja_env.get_template(f"mail/{topic}.txt").render(values())
    subject, _, body = text.strip().partition("\n")
    return Letter(reader.email, reader.name, subject, _tidy(body))


def _values(matter: About, side: str, reader: Account) -> Mapping[str, Any]:
    limit = matter.limit
    return {
        "about": matter,
        "side": side,
        "you": reader.name,
        "other": matter.seller.name if side == BUYER else matter.buyer.name,
        "pay": lambda minor: amount(minor, matter.case.currency),
        "back": matter.back_minor,
        "whole": matter.whole_minor,
        "where": _where(matter),
        "moved": matter.event.details.get("amount_minor") if matter.event else None,
        # Seconds are left out, never rounded up: what a mail names is not later than the limit.
        "due": stamp(limit.due_at, reader.zone or matter.shop.zone) if limit else None,
        "pulls": limit.pulls if limit else None,
        "link": f"{settings_of(current_app).base_url.rstrip('/')}/cases/{matter.case.public_id}",
    }


def _where(matter: About) -> str:
    """Where a case belongs that does not belong here, in the shop's rules' words."""
    told = matter.event.details.get("where") if matter.event else None
    return say(Text.from_dict(told)) if told else ""


def _tidy(body: str) -> str:
    """One empty line between paragraphs, whatever the template left out."""
    lines = [line.rstrip() for line in body.strip().splitlines()]
    kept = [line for i, line in enumerate(lines) if line or lines[i - 1]]
    return "\n".join(kept) + "\n"
