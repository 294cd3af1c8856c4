"""The sign-in form."""

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from disputes.text import N_


class SignInForm(FlaskForm):
    """Says nothing about which of the two was wrong."""

    email = EmailField(N_("E-mail"), [InputRequired(N_("Please enter your e-mail address.")), Length(max=254)])
    password = PasswordField(N_("Password"), [InputRequired(N_("Please enter your password.")), Length(max=1000)])
    next = HiddenField()
