"""Reporting a message, and what the desk says about it."""

from collections.abc import Sequence

from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from disputes.models import Message
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, options

REASONS = {
    "threat": N_("It threatens me"),
    "harassment": N_("It insults or harasses me"),
    "off_platform": N_("It asks me to pay or talk outside this platform"),
}
SHOWN = 120


class ReportForm(CaseForm):
    """Which message, and what is wrong with it."""

    message = RadioField(N_("Which message?"), [InputRequired(N_("Please choose a message."))], coerce=int)
    reason = RadioField(
        N_("What is wrong with it?"), [InputRequired(N_("Please choose one."))], choices=options(REASONS.items())
    )
    words = TextAreaField(N_("Anything we should know? Only we read this."), [Length(max=WORDS_LENGTH)])

    def offer(self, messages: Sequence[Message]) -> None:
        """Let the person choose from what the other side wrote."""
        self.message.choices = options((m.id, m.body[:SHOWN]) for m in messages)


class JudgeForm(CaseForm):
    """Keep hidden or show again."""

    result = RadioField(
        N_("What happens with it?"), [InputRequired(N_("Please choose one."))],
        choices=options([("hide", N_("Keep it hidden")), ("show", N_("Show it again"))]),
    )  # fmt: skip
    words = TextAreaField(
        N_("Why? Only staff read this."), [DataRequired(N_("Please say why.")), Length(max=WORDS_LENGTH)]
    )
