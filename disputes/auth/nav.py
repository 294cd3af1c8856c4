"""The sections a person sees at the top, by what they are."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_login import current_user

from disputes.text import N_, Text
from disputes.web.configure import settings_of
from disputes.workflows.roles import ADMIN, AUDITOR, INSIDE, MANAGER, SELLER

# Which section a page belongs to, by the slice that serves it.
SECTION_OF = {
    "books": "books.index",
    "costs": "desk.queue",
    "chargebacks": "chargebacks.index",
    "decisions": "desk.queue",
    "audit": "audit.index",
    "demo": "demo.mail",
    "desk": "desk.queue",
    "inbox": "inbox.index",
    "orders": "orders.index",
    "filings": "orders.index",
    "people": "people.index",
    "restrictions": "restrictions.index",
    "screening": "screening.index",
    "referrals": "referrals.index",
    "shops": "shops.index",
    "rulebook": "rulebook.index",
}


@dataclass(frozen=True)
class NavItem:
    label: Text
    url: str
    current: bool
    badge: int | None = None


def nav() -> list[NavItem]:
    """The sections, the one this page belongs to marked."""
    if not current_user.is_authenticated:
        return []
    sections = list(_sections())
    endpoints = [endpoint for _, endpoint in sections]
    here = request.endpoint if request.endpoint in endpoints else SECTION_OF.get(request.blueprint or "")
    if here not in endpoints and request.blueprint != "auth":  # one's own account belongs to no section
        here = next((e for e in ("desk.queue", "inbox.index", "cases.index") if e in endpoints), None)
    return [NavItem(Text(label), url_for(endpoint), endpoint == here) for label, endpoint in sections]


def _sections() -> Iterator[tuple[str, str]]:
    if current_user.desk_shops:
        yield N_("Queue"), "desk.queue"
        yield N_("By phone"), "desk.phone"
        yield N_("Referrals"), "referrals.index"
        yield N_("Failed refunds"), "refunds.index"
        yield N_("Chargebacks"), "chargebacks.index"
        yield N_("Books"), "books.index"
        if current_user.screens:
            yield N_("Payments to check"), "screening.index"
        yield N_("Restrictions"), "restrictions.index"
        if current_user.lead_shops:
            yield N_("Switches"), "switches.index"
    if current_user.has_granted(AUDITOR):
        yield N_("All cases"), "audit.index"
        if not current_user.desk_shops:
            yield N_("Restrictions"), "restrictions.index"
        yield N_("Who read what"), "audit.readings"
        yield N_("Changes"), "audit.changed"
        if not current_user.desk_shops:
            yield N_("Referrals"), "referrals.index"
            yield N_("Chargebacks"), "chargebacks.index"
            yield N_("Books"), "books.index"
    if current_user.has_granted(SELLER):
        yield N_("Inbox"), "inbox.index"
    if current_user.has_granted(MANAGER):
        yield N_("Members"), "people.members"
    if current_user.has_granted(ADMIN):
        yield N_("People"), "people.index"
        yield N_("Shops"), "shops.index"
    if current_user.has_granted(ADMIN, *INSIDE):
        yield N_("Shop rules"), "rulebook.index"
    if not current_user.grants:
        yield N_("Orders"), "orders.index"
        yield N_("Cases"), "cases.index"
    if settings_of(current_app).demo:
        yield N_("Demo mail"), "demo.mail"
