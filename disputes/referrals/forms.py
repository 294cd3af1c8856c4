"""What is told to whom on which ground; and the words that go with a step."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from disputes.casefile.views import CaseView
from disputes.models import Referral
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, options

from .queries import BASES, OFFENCES, PARTS
from .service import Content

STORY_LENGTH = 20_000
USUAL_PARTS = ("messages", "offers", "decisions")


class ReferralForm(CaseForm):
    """The whole of it: offence, authority, legal basis, and what is left out."""

    offence = RadioField(
        N_("Which offence?"), [InputRequired(N_("Please choose one."))], choices=options(OFFENCES.items())
    )
    story = TextAreaField(
        N_("What happened?"), [DataRequired(N_("Please write what happened.")), Length(max=STORY_LENGTH)],
        description=N_("For the authority: who did what and when, and which exhibit shows it."),
    )  # fmt: skip
    authority = StringField(
        N_("Which authority?"), [DataRequired(N_("Please name the authority.")), Length(max=200)],
        description=N_("Its name and the unit or person who takes it."),
    )  # fmt: skip
    basis = RadioField(
        N_("What allows us to hand it over?"), [InputRequired(N_("Please choose one."))],
        choices=options(BASES.items()),
    )  # fmt: skip
    basis_words = StringField(
        N_("Which law or which order?"), [DataRequired(N_("Please name the law or the order.")), Length(max=200)]
    )
    parts = SelectMultipleField(
        N_("What goes with it, besides the order and the history?"), [Optional()], choices=options(PARTS.items())
    )
    exhibits = SelectMultipleField(N_("Which exhibits go with it?"), [Optional()], coerce=int)
    left_out = TextAreaField(
        N_("What is left out, and why?"),
        [DataRequired(N_("Please say what is left out, or that nothing is.")), Length(max=WORDS_LENGTH)],
    )

    def offer(self, view: CaseView, referral: Referral | None = None) -> None:
        """Let the person choose from the case's exhibits; show what stands already."""
        self.exhibits.choices = options((e.no, f"{e.no}. {e.filename}") for e in view.exhibits)
        if self.is_submitted():
            return
        if referral is None:
            self.parts.data, self.exhibits.data = list(USUAL_PARTS), [e.no for e in view.exhibits]
            return
        for name in ("offence", "story", "authority", "basis", "basis_words", "parts", "exhibits", "left_out"):
            self[name].data = getattr(referral, name)

    def content(self) -> Content:
        """What was written, for the service."""
        values: dict[str, Any] = {name: self[name].data for name in Content.__dataclass_fields__}
        return Content(**{**values, "parts": values["parts"] or (), "exhibits": values["exhibits"] or ()})


class ReadForm(CaseForm):
    """A step that needs nothing but the click, on the very content that was read."""

    digest = HiddenField()


class WordsForm(CaseForm):
    """A step with its reason. Only staff read it."""

    words = TextAreaField(
        N_("Why? Only staff read this."), [DataRequired(N_("Please say why.")), Length(max=WORDS_LENGTH)]
    )


class EmergencyForm(WordsForm):
    """Hand over at once, and say why it cannot wait."""

    digest = HiddenField()


class AnswerForm(CaseForm):
    """What the authority said."""

    words = TextAreaField(
        N_("What did the authority say, and under which number?"),
        [DataRequired(N_("Please write what it said.")), Length(max=WORDS_LENGTH)],
    )


class ReviewForm(CaseForm):
    """Another lead's word about an emergency."""

    result = RadioField(
        N_("Was it right to hand it over without asking?"), [InputRequired(N_("Please choose one."))],
        choices=options([("right", N_("Yes")), ("wrong", N_("No: withdraw it, and tell the authority"))]),
    )  # fmt: skip
    words = TextAreaField(
        N_("Why? Only staff read this."), [DataRequired(N_("Please say why.")), Length(max=WORDS_LENGTH)]
    )
