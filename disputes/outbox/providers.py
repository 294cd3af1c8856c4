"""Which provider pays a shop's refunds."""

from collections.abc import Callable

from disputes.settings import Settings

from .fake_provider import FakeProvider
from .job import Hopeless
from .provider import Provider

PROVIDERS: dict[str, Callable[[Settings], Provider]] = {"fake": lambda settings: FakeProvider(settings.provider_url)}


def provider_of(name: str, settings: Settings) -> Provider:
    """The provider of that name. Hopeless when this installation has none."""
    if name not in PROVIDERS:
        raise Hopeless(f"no payment provider is called {name!r} here")
    return PROVIDERS[name](settings)
