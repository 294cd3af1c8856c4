"""Every test here has a real provider behind real HTTP; money arrives at once."""

from tests.outbox.conftest import ledger, settings  # noqa: F401 - fixtures
