"""How much more time everybody gets."""

from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from disputes.text import N_

LONGEST_H = 30 * 24


class ExtendForm(FlaskForm):
    """Hours from now, the same for every limit that waits."""

    hours = IntegerField(
        N_("Hours from now"), [InputRequired(N_("Please enter the hours.")), NumberRange(1, LONGEST_H)], default=24
    )
