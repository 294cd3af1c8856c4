"""What is looked for in the books."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional, Regexp

from disputes.text import N_


class FindForm(FlaskForm):
    """A case, an order, a seller, a month."""

    class Meta:
        csrf = False  # it only asks

    shop = SelectField(N_("Shop"), [Optional()], choices=[])
    month = StringField(
        N_("Month, such as 2026-03"), [Optional(), Regexp(r"^\d{4}-\d{2}$", message=N_("Write it as 2026-03."))]
    )
    seller = StringField(N_("Seller"), [Length(max=200)])
    order = StringField(N_("Order number"), [Length(max=80)])
    case = StringField(N_("Case"), [Length(max=20)])
