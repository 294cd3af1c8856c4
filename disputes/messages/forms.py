"""What the desk asks a side, and its own notes."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, options
from disputes.workflows.roles import BUYER, SELLER


class RequestForm(CaseForm):
    """Ask one side for more."""

    side = RadioField(
        N_("Whom do you ask?"), [InputRequired(N_("Please choose a side."))],
        choices=options([(BUYER, N_("The buyer")), (SELLER, N_("The seller"))]),
    )  # fmt: skip
    words = TextAreaField(
        N_("What do you need, and why?"), [DataRequired(N_("Please write what you need.")), Length(max=WORDS_LENGTH)],
        id="ask-words",
    )  # fmt: skip


class NoteForm(CaseForm):
    """A note only staff see."""

    words = TextAreaField(
        N_("Note, only for staff"), [DataRequired(N_("Please write something.")), Length(max=WORDS_LENGTH)],
        id="note-words",
    )  # fmt: skip
