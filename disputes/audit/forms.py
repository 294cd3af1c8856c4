"""What an auditor looks for."""

from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import Length

from disputes.text import N_


class FindForm(FlaskForm):
    """One box for the three names of a case."""

    class Meta:
        csrf = False  # it only asks

    q = StringField(N_("Case, order number or buyer's e-mail"), [Length(max=254)])


class ReadingsForm(FlaskForm):
    """Of one case, by one person, or both."""

    class Meta:
        csrf = False

    case = StringField(N_("Case"), [Length(max=20)])
    by = EmailField(N_("E-mail of who read it"), [Length(max=254)])
