"""The person behind a request: account, session and roles in one read, never cached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from disputes.db import db, writing
from disputes.models import Account, Case, Grant, Order, Restriction, Screening, Session
from disputes.moment import real_now
from disputes.web.secret import hash_of
from disputes.workflows.restriction import IN_FORCE
from disputes.workflows.roles import AUDITOR, BUYER, DESK, LEAD, MEMBERS, REVIEWER, SELLER

TOUCH_EVERY = timedelta(minutes=5)
IDLE_END = timedelta(hours=12)


class HasSides(Protocol):
    """A case or an order: somebody buys, somebody sells, in a shop."""

    buyer_id: Any
    seller_id: Any
    shop_id: Any


@dataclass(frozen=True)
class Granted:
    """One granted role: staff of a shop, member of a seller, or admin of the installation (no shop)."""

    role: str
    shop_id: str | None
    seller_id: int | None


class Person:
    """Who is signed in, for Flask-Login. Anybody can be a buyer; the other roles are granted."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(
        self, account: Account, session: Session, token: str, grants: list[Grant], restrictions: Iterable[str] = (),
        *, screens: bool = False,
    ) -> None:  # fmt: skip
        # Plain values: a rollback expires rows, and a person outlives the transactions of their request.
        self.id, self.name, self.email = account.id, account.name, account.email
        self.locale, self.zone = account.locale, account.zone
        self.session_hash, self._seen_at, self._token = session.token_hash, session.seen_at, token
        self.from_shop, self.sure_at, self.has_second_step = (
            session.from_shop,
            session.sure_at,
            bool(account.totp_since),
        )
        # Whom a shop handed over is a buyer there and nothing else, whatever the same account may do elsewhere.
        mine = () if session.from_shop else grants
        self.restrictions = tuple(dict.fromkeys(restrictions))  # public ids of those in force
        self.screens = screens  # works for a shop that accepts its orders one by one
        self.grants = tuple(Granted(grant.role, grant.shop_id, grant.seller_id) for grant in mine)

    def get_id(self) -> str:
        """Flask-Login keeps this in the cookie: the session's token, not the account's number."""
        return self._token

    @property
    def sellers(self) -> frozenset[int]:
        """Ids of the sellers this person is a member of."""
        return frozenset(grant.seller_id for grant in self.grants if grant.seller_id is not None)

    @property
    def desk_shops(self) -> frozenset[str]:
        """Ids of the shops whose cases this person decides."""
        return self.shops_as(*DESK)

    def shops_as(self, *roles: str) -> frozenset[str]:
        """Ids of the shops this person has one of the roles in."""
        return frozenset(g.shop_id for g in self.grants if g.role in roles and g.shop_id is not None)

    @property
    def lead_shops(self) -> frozenset[str]:
        """Ids of the shops where this person approves what others drafted."""
        return self.shops_as(LEAD)

    def role_on(self, case: HasSides) -> str | None:
        """The role on one case or order: a party's first, since nobody works on a case of their own."""
        if case.buyer_id == self.id:
            return BUYER if self.from_shop in (None, case.shop_id) else None
        if case.seller_id in self.sellers:
            return SELLER
        roles = {grant.role for grant in self.grants if grant.shop_id == case.shop_id}
        return next((role for role in (LEAD, REVIEWER, AUDITOR) if role in roles), None)

    def bought(self, table: type[Case] | type[Order]) -> ColumnElement[bool]:
        """Which rows of cases or orders are this person's as a buyer."""
        mine = table.buyer_id == self.id
        return mine if self.from_shop is None else and_(mine, table.shop_id == self.from_shop)

    def has_any(self, roles: tuple[str, ...]) -> bool:
        """Whether the person has one of the roles anywhere; anybody can be a buyer."""
        return BUYER in roles or self.has_granted(*roles)

    def has_granted(self, *roles: str) -> bool:
        """Whether somebody gave the person one of the roles; a manager is a member of the seller too."""
        wanted = {*roles, *MEMBERS} if SELLER in roles else set(roles)
        return any(grant.role in wanted for grant in self.grants)

    def touch(self) -> None:
        """Note that the session is in use, at most every five minutes."""
        if real_now() - self._seen_at > TOUCH_EVERY:
            touched = update(Session).where(Session.token_hash == self.session_hash).values(seen_at=real_now())
            with writing() as session:
                session.execute(touched)


def load_person(token: str) -> Person | None:
    """The person of a session token, or None when the session is ended, too old, or the account disabled."""
    now = real_now()
    query = (
        select(
            Account,
            Session,
            Grant,
            _restrictions(Restriction.account_id == Account.id),
            _restrictions(Restriction.seller_id == Grant.seller_id),
            exists().where(Screening.shop_id == Grant.shop_id, Grant.role.in_(DESK)),
        )
        .join(Session, Session.account_id == Account.id)
        .outerjoin(Grant, Grant.account_id == Account.id)
        .where(Session.token_hash == hash_of(token), Session.ended_at.is_(None), Account.disabled_at.is_(None))
        .where(Session.expires_at > now, Session.seen_at > _idle(now), Session.half.is_(False))
        .execution_options(populate_existing=True)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    account, session = rows[0][:2]
    found = [one for row in rows for one in row[3 : 4 if session.from_shop else 5] if one is not None]
    grants, screens = [row[2] for row in rows if row[2] is not None], any(row[5] for row in rows)
    return Person(account, session, token, grants, found, screens=screens)


def _restrictions(mine: ColumnElement[bool]) -> Any:
    """SQL for the newest restriction that holds of what `mine` names; in a session a shop handed over, of that shop."""
    here = or_(Session.from_shop.is_(None), Restriction.shop_id == Session.from_shop)
    holds = (Restriction.state.in_(IN_FORCE), Restriction.begun_at.is_not(None))
    newest = select(Restriction.public_id).where(mine, here, *holds).order_by(Restriction.id.desc()).limit(1)
    return newest.scalar_subquery()


def _idle(now: datetime) -> datetime:
    return now - IDLE_END
