"""The two boxes on a case page: write to the other side, add proof."""

from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from disputes.policies.proofs import PROOFS
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, FilesField, options

NO_FILE = N_("Please choose a file.")


class MessageForm(CaseForm):
    """Words and files for the other side or the platform."""

    words = TextAreaField(
        N_("Your message"),
        [DataRequired(N_("Please write something.")), Length(max=WORDS_LENGTH)],
        id="message-words",
    )
    files = FilesField(N_("Files"), id="message-files")


class EvidenceForm(CaseForm):
    """Files, and what they show."""

    kind = SelectField(N_("What is it?"), choices=options(PROOFS.items()), id="evidence-kind")
    files = FilesField(N_("Files"), validators=[InputRequired(NO_FILE)], id="evidence-files")

    def validate_files(self, field: FilesField) -> None:
        """Words where a file belongs are no proof."""
        if not any(getattr(upload, "filename", "") for upload in field.data or ()):
            raise ValidationError(NO_FILE)
