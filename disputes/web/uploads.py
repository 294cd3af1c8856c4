"""How often somebody may send files: each costs a disk, and time to tell what it is."""

from flask import current_app, request
from flask_login import current_user

from disputes.text import N_

from .configure import settings_of
from .install import limiter

TOO_MANY = N_("You have sent files too often within an hour. Please wait a little, or send it without files.")


def _limit() -> str:
    return settings_of(current_app).upload_limit


def _who() -> str:
    return f"person {current_user.id}" if current_user.is_authenticated else f"address {request.remote_addr}"


def _no_file() -> bool:
    """Nothing was chosen: a browser sends an empty part for the field all the same."""
    return not any(upload.filename for uploads in request.files.listvalues() for upload in uploads)


# One count for every form that takes files.
limit_uploads = limiter.shared_limit(
    _limit, scope="uploads", key_func=_who, methods=["POST"], exempt_when=_no_file, error_message=TOO_MANY
)
