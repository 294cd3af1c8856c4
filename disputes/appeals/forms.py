"""Appealing, answering an appeal, and outside bodies."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from disputes.casefile.words import GROUNDS
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, FilesField, options

REASONS_LENGTH = 20_000


class AppealForm(CaseForm):
    """Why the decision should be looked at again."""

    ground = RadioField(
        N_("Why should somebody else look at it again?"), [InputRequired(N_("Please choose one."))],
        choices=options(GROUNDS.items()),
    )  # fmt: skip
    words = TextAreaField(
        N_("What did the decision get wrong?"),
        [DataRequired(N_("Please say what the decision got wrong.")), Length(max=WORDS_LENGTH)],
    )
    files = FilesField(N_("Proof"))


class UpholdForm(CaseForm):
    """Why the decision stays."""

    words = TextAreaField(
        N_("Reasons, read by both sides"),
        [DataRequired(N_("Please write the reasons; both sides read them.")), Length(max=REASONS_LENGTH)],
    )


class OutsideForm(CaseForm):
    """Where the case has been taken."""

    body = StringField(
        N_("Which body?"), [DataRequired(N_("Please name the body.")), Length(max=200)],
        description=N_("For example a consumer arbitration board or a court."),
    )  # fmt: skip
    words = TextAreaField(
        N_("What should the other side and we know?"),
        [DataRequired(N_("Please write a few words.")), Length(max=WORDS_LENGTH)],
    )


class ResultForm(CaseForm):
    """What the outside body said."""

    words = TextAreaField(
        N_("What did the body say?"),
        [DataRequired(N_("Please write what it said.")), Length(max=REASONS_LENGTH)],
    )
