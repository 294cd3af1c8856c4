"""The parts of the decision form that restrict the buyer or the seller."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, Form, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from disputes.casefile.views import RestrictionView
from disputes.text import N_
from disputes.web.fields import DayField, options
from disputes.web.scopes import SCOPES
from disputes.workflows.roles import BUYER, SELLER

from .restricting import SCOPES_OF, Restricts

REASONS_LENGTH = 20_000
CLAUSE = re.compile(r"[A-Z]{2,6}-[0-9]{1,4}")


class RestrictForm(Form):
    """What one side may not do, from when to when, and why. It counts where its first box is ticked."""

    side: str
    on: BooleanField
    scopes = SelectMultipleField(N_("What is shut?"))
    starts = DayField(
        N_("Starts on"), [Optional()], description=N_("The beginning of that day in the shop's time. Empty: at once.")
    )
    ends = DayField(N_("Ends on"), [Optional()], description=N_("The end of that day in the shop's time."))
    endless = BooleanField(N_("It has no end; it ends when it is lifted"))
    reasons = TextAreaField(N_("Reasons, read by this side alone"), [Length(max=REASONS_LENGTH)])
    clauses = StringField(
        N_("Rules it rests on"), [Optional(), Length(max=200)], description=N_("Their numbers, such as ABC-07.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes.choices = options((scope, SCOPES[scope]) for scope in SCOPES_OF[self.side])

    def validate(self, extra_validators: Any = None) -> bool:
        """Only where the box is ticked; each thing that is missing is named beside its field."""
        if not self.on.data:
            return True
        fine = bool(super().validate(extra_validators))
        wrong = list(self._missing()) if fine else []
        for field, why in wrong:
            field.errors = [*field.errors, why]
        return fine and not wrong

    def _missing(self) -> Iterator[tuple[Any, str]]:
        if not self.scopes.data:
            yield self.scopes, N_("Please choose what is shut.")
        if not (self.reasons.data or "").strip():
            yield self.reasons, N_("Please write the reasons; this side reads them.")
        if bool(self.ends.data) == bool(self.endless.data):
            yield self.ends, N_("Please give a day, or choose that it has no end.")
        elif self.ends.data and self.starts.data and self.ends.data < self.starts.data:
            yield self.ends, N_("This is before it begins.")
        if not all(CLAUSE.fullmatch(clause) for clause in self.named()):
            yield self.clauses, N_("A rule's number looks like ABC-07.")

    def named(self) -> list[str]:
        """The clauses that were typed, each once."""
        return list(dict.fromkeys((self.clauses.data or "").upper().replace(",", " ").split()))

    def restricts(self, zone: str) -> Restricts:
        """What was chosen, in moments of the shop's zone."""
        ends = self.ends.data and self.ends.data + timedelta(days=1)
        starts_at, ends_at = _midnight(self.starts.data, zone), _midnight(ends, zone)
        return Restricts(self.side, self.scopes.data, starts_at, ends_at, self.reasons.data, self.named())

    def show(self, view: RestrictionView, zone: str) -> None:
        """Put a draft's restriction into the form."""
        self.on.data, self.scopes.data, self.reasons.data = True, list(view.scopes), view.reasons
        self.clauses.data, self.endless.data = " ".join(view.clauses), view.ends_at is None
        self.starts.data = view.starts_at.astimezone(ZoneInfo(zone)).date() if view.starts_at else None
        last = view.ends_at.astimezone(ZoneInfo(zone)) - timedelta(days=1) if view.ends_at else None
        self.ends.data = last.date() if last else None


def _midnight(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)) if day else None


class RestrictBuyer(RestrictForm):
    """The buyer's account."""

    side = BUYER
    on = BooleanField(N_("Restrict the buyer's account"))


class RestrictSeller(RestrictForm):
    """The seller, with all its members."""

    side = SELLER
    on = BooleanField(N_("Restrict the seller"))
