"""Signing in, and one's own password and codes."""

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from disputes.text import N_, Text
from disputes.web.formats import say

from .passwords import SHORTEST, problem

GIVEN = InputRequired(N_("Please enter your password."))


class SignInForm(FlaskForm):
    """Says nothing about which of the two was wrong."""

    email = EmailField(N_("E-mail"), [InputRequired(N_("Please enter your e-mail address.")), Length(max=254)])
    password = PasswordField(N_("Password"), [GIVEN, Length(max=1000)])
    next = HiddenField()


class CodeForm(FlaskForm):
    """A code of the telephone, or a recovery code."""

    code = StringField(N_("Code"), [InputRequired(N_("Please enter a code.")), Length(max=40)])
    next = HiddenField()


class AgainForm(FlaskForm):
    """Password or code; which of them it is shows by itself."""

    word = PasswordField(N_("Your password"), [GIVEN, Length(max=1000)])
    next = HiddenField()


class PasswordForm(FlaskForm):
    """The old one, and the new one twice."""

    current = PasswordField(N_("Your password now"), [GIVEN, Length(max=1000)])
    password = PasswordField(
        N_("The new password"),
        [InputRequired(N_("Please choose a password."))],
        description=Text(N_("%(n)s characters or more. Several unrelated words make a good one."), {"n": SHORTEST}),
    )
    again = PasswordField(N_("The same again"))

    def fits(self, email: str) -> bool:
        """Whether a new password was given that can be taken; why not stands beside its field."""
        if not self.validate_on_submit():
            return False
        if why := problem(self.password.data, email):
            self.password.errors = [say(why)]
        elif self.password.data != self.again.data:
            self.again.errors = [say(N_("The two passwords differ."))]
        return not self.errors
