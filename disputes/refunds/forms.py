"""Confirming a payment made by hand."""

from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from disputes.text import N_
from disputes.web.fields import CaseForm


class PaidForm(CaseForm):
    """Which payment it was, so that an auditor finds it in the bank's books."""

    of = HiddenField(validators=[DataRequired()])
    reference = StringField(
        N_("Reference of the payment"), [DataRequired(N_("Please enter the reference.")), Length(max=80)]
    )
