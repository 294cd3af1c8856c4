"""The page for whoever came second: why, what happened meanwhile, and every word they typed."""

from flask_login import current_user

from disputes.auth.access import case_for
from disputes.db import db
from disputes.steps import Refused
from disputes.web import errors
from disputes.workflows.roles import DESK, PARTIES

from .build import case_view

LATEST = 3


def conflict(refused: Refused) -> tuple[str, int]:
    """A 409 with the latest of the case's story; also where the case itself is not known."""
    db.session.rollback()
    if refused.case is None or not current_user.is_authenticated:
        return errors.conflict(refused)
    view = case_view(case_for(refused.case, *PARTIES, *DESK))
    return errors.conflict(refused, meanwhile=view.timeline[-LATEST:], back_url=view.url, saved=refused.saved)
