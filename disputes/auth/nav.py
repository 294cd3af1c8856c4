"""The sections a person sees at the top, by what they are, and the pages of the one they are in."""

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
    "refunds": "refunds.index",
    "shops": "shops.index",
    "rulebook": "rulebook.index",
}


@dataclass(frozen=True)
class Section:
    """A page at the top, or a name for several that stand below it."""

    label: str
    endpoint: str = ""
    pages: tuple["Section", ...] = ()

    @property
    def endpoints(self) -> tuple[str, ...]:
        return tuple(page.endpoint for page in self.pages) or (self.endpoint,)


@dataclass(frozen=True)
class NavItem:
    label: Text
    url: str
    current: bool
    pages: tuple["NavItem", ...] = ()


def nav() -> list[NavItem]:
    """The sections, the one this page belongs to marked; below it its pages, where it has several."""
    if not current_user.is_authenticated:
        return []
    sections = list(_sections())
    endpoints = [endpoint for section in sections for endpoint in section.endpoints]
    here = request.endpoint if request.endpoint in endpoints else SECTION_OF.get(request.blueprint or "")
    if here not in endpoints and request.blueprint != "auth":  # one's own account belongs to no section
        here = next((e for e in ("desk.queue", "inbox.index", "cases.index") if e in endpoints), None)
    return [_item(section, here) for section in sections]


def _item(section: Section, here: str | None) -> NavItem:
    pages = tuple(_item(page, here) for page in section.pages)
    return NavItem(Text(section.label), url_for(section.endpoints[0]), here in section.endpoints, pages)


def _sections() -> Iterator[Section]:
    if current_user.desk_shops:
        yield Section(N_("Queue"), "desk.queue")
        yield Section(N_("By phone"), "desk.phone")
        yield Section(N_("Money"), pages=tuple(_money()))
        yield Section(N_("Referrals"), "referrals.index")
        yield Section(N_("Restrictions"), "restrictions.index")
        if current_user.lead_shops:
            yield Section(N_("Switches"), "switches.index")
    if current_user.has_granted(AUDITOR):
        yield Section(N_("All cases"), "audit.index")
        yield Section(N_("Who read what"), "audit.readings")
        yield Section(N_("Changes"), "audit.changed")
        if not current_user.desk_shops:
            yield Section(N_("Money"), pages=tuple(_money()))
            yield Section(N_("Referrals"), "referrals.index")
            yield Section(N_("Restrictions"), "restrictions.index")
    if current_user.has_granted(SELLER):
        yield Section(N_("Inbox"), "inbox.index")
    if current_user.has_granted(MANAGER):
        yield Section(N_("Members"), "people.members")
    if current_user.has_granted(ADMIN):
        yield Section(N_("People"), "people.index")
        yield Section(N_("Shops"), "shops.index")
    if current_user.has_granted(ADMIN, *INSIDE):
        yield Section(N_("Shop rules"), "rulebook.index")
    if not current_user.grants:
        yield Section(N_("Orders"), "orders.index")
        yield Section(N_("Cases"), "cases.index")
    if settings_of(current_app).demo:
        yield Section(N_("Demo mail"), "demo.mail")


def _money() -> Iterator[Section]:
    if current_user.desk_shops:
        yield Section(N_("Failed refunds"), "refunds.index")
    yield Section(N_("Chargebacks"), "chargebacks.index")
    if current_user.desk_shops and current_user.screens:
        yield Section(N_("Payments to check"), "screening.index")
    yield Section(N_("Books"), "books.index")
