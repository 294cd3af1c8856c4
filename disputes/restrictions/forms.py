"""Appealing against a restriction, answering the appeal, lifting it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from wtforms import BooleanField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from disputes.casefile.words import GROUNDS
from disputes.models.restriction import EVERYTHING, HELD, SCOPES
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, DayField, options
from disputes.web.scopes import SCOPES as LABELS
from disputes.workflows.restriction import RESTRICTION

from .queries import Whole
from .service import TAKES, VARIED

REASONS_LENGTH = 20_000
RESULTS = options((result, RESTRICTION.by_trigger[trigger].label) for result, trigger in TAKES.items())


class AppealForm(CaseForm):
    """Why the restriction should be looked at again."""

    ground = RadioField(
        N_("Why should somebody else look at it again?"), [InputRequired(N_("Please choose one."))],
        choices=options(GROUNDS.items()),
    )  # fmt: skip
    words = TextAreaField(
        N_("What did the decision get wrong?"),
        [DataRequired(N_("Please say what the decision got wrong.")), Length(max=WORDS_LENGTH)],
    )


class AnswerForm(CaseForm):
    """What becomes of a restriction that was appealed against, and why."""

    result = RadioField(N_("What becomes of it?"), [InputRequired(N_("Please choose one."))], choices=RESULTS)
    scopes = SelectMultipleField(N_("If it becomes smaller: what stays shut?"), [Optional()])
    ends = DayField(
        N_("If it becomes shorter: ends on"), [Optional()], description=N_("The end of that day in the shop's time.")
    )
    endless = BooleanField(N_("It stays without an end"))
    words = TextAreaField(
        N_("Reasons, read by whoever is restricted"),
        [DataRequired(N_("Please write the reasons.")), Length(max=REASONS_LENGTH)],
    )

    def offer(self, whole: Whole, zone: str) -> None:
        """Put in how it stands: what is shut now, and its end."""
        of_seller = whole.restriction.seller_id is not None
        every = [scope for scope in SCOPES if of_seller or scope not in HELD]
        now = every if EVERYTHING in whole.scopes else [scope for scope in every if scope in whole.scopes]
        self.scopes.choices = options((scope, LABELS[scope]) for scope in now)
        if not self.is_submitted():
            ends = whole.restriction.ends_at
            self.scopes.data, self.endless.data = list(whole.scopes), ends is None
            self.ends.data = (ends.astimezone(ZoneInfo(zone)) - timedelta(seconds=1)).date() if ends else None

    def ends_at(self, whole: Whole, zone: str) -> datetime | None:
        """Its new end; None: without one. The day it ends on already keeps its hour."""
        before = whole.restriction.ends_at
        if self.endless.data or self.ends.data is None:
            return None if self.endless.data else before
        ends = datetime.combine(self.ends.data + timedelta(days=1), time(), ZoneInfo(zone))
        return min(ends, before) if before and before.astimezone(ZoneInfo(zone)).date() == self.ends.data else ends

    def validate_ends(self, field: DayField) -> None:
        """One or the other, where it is varied."""
        if self.result.data == VARIED and self.endless.data and field.data:
            field.errors = [*field.errors, N_("Please give a day, or choose that it has no end.")]


class LiftForm(CaseForm):
    """Why it is lifted."""

    words = TextAreaField(
        N_("Why? Whoever is restricted reads this."), [DataRequired(N_("Please say why.")), Length(max=WORDS_LENGTH)]
    )
