"""Which provider pays a shop's refunds."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from disputes.settings import Settings

from .fake_provider import FakeProvider
from .job import Hopeless
from .provider import Provider


def _stripe(settings: Settings) -> Provider:
    if find_spec("stripe") is None:
        raise Hopeless("Stripe needs one package more: pip install 'disputes[stripe]'")
    if not settings.stripe_key:
        raise Hopeless("Stripe needs a key: set DISPUTES_STRIPE_KEY")
    return _stripe_at(settings.stripe_key, settings.stripe_signers, settings.stripe_url)


@cache
def _stripe_at(key: str, secrets: tuple[str, ...], url: str) -> Provider:
    """One for each account, so that its connections are used again. The library is read when it is first needed."""
    return cast(Provider, import_module("disputes.outbox.stripe_provider").StripeProvider(key, secrets, url))


PROVIDERS: dict[str, Callable[[Settings], Provider]] = {
    "fake": lambda settings: FakeProvider(settings.provider_url, settings.provider_signers),
    "stripe": _stripe,
}


def provider_of(name: str, settings: Settings) -> Provider:
    """The provider of that name. Hopeless when this installation has none."""
    if name not in PROVIDERS:
        raise Hopeless(f"no payment provider is called {name!r} here")
    return PROVIDERS[name](settings)
