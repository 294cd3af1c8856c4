"""Ask whether the mail server and the payment provider answer, without sending anything."""

import httpx

from disputes.settings import Settings

from .job import Unavailable
from .mailer import mailer

PATIENCE_S = 3.0


def mail_fault(settings: Settings) -> str | None:
    """Why mail could not be handed over now; None when it could."""
    try:
        with mailer(settings):
            return None
    except (Unavailable, OSError) as error:
        return str(error)


def provider_fault(settings: Settings) -> str | None:
    """Why the provider cannot be asked now; None when it answers, whatever it says."""
    try:
        httpx.get(settings.provider_url, timeout=PATIENCE_S, trust_env=False)
        return None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{settings.provider_url}: {error!r}"
