"""The form that closes a case: nothing but the confirmation."""

from disputes.web.fields import CaseForm


class CloseForm(CaseForm):
    """Close my case."""
