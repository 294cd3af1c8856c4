"""Stripe's errors in the port's words."""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from .job import Hopeless, Unavailable

SAME = {"balance_insufficient": "insufficient_funds"}  # a code that may pass, in our words


class Refused(Exception):
    """Stripe has read the order and says no."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = SAME.get(code, code)


@contextmanager
def asking(*, for_good: bool = False) -> Iterator[None]:
    """Stripe's errors in the port's words; `for_good`: what it refuses now, it refuses whoever asks again.

    Its messages are left out of ours: they may quote what we sent."""
    try:
        yield
    except stripe.IdempotencyError as error:
        if error.http_status == 409:
            raise Unavailable("Stripe is still at work on this key") from error
        raise Hopeless("Stripe knows this key with another order") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise Unavailable("Stripe does not accept our key: see DISPUTES_STRIPE_KEY") from error
    except stripe.RateLimitError as error:
        raise Unavailable("Stripe asks us to wait") from error
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        if error.http_status == 409 or error.code == "lock_timeout":
            raise Unavailable("Stripe is at work on this object") from error
        code = str(error.code or "refused")
        raise (Hopeless(f"Stripe refused: {code}") if for_good else Refused(code)) from error
    except stripe.StripeError as error:
        raise Unavailable(f"Stripe did not answer as it should: {type(error).__name__}") from error
