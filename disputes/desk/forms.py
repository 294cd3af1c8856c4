"""Finding a caller's order."""

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, StringField
from wtforms.validators import InputRequired, Length

from disputes.text import N_


class CallerForm(FlaskForm):
    """A search, sent by GET: it changes nothing."""

    class Meta:
        csrf = False

    q = StringField(N_("Order number or e-mail address"), [InputRequired(N_("Please enter one.")), Length(max=254)])
    call = DateTimeLocalField(N_("When did they call? (your time)"), [InputRequired(N_("Please enter the time."))])
