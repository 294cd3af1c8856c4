"""Filings and packs that the tests of the rules speak about."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from disputes.policies.facts import Facts, Line, Parcel
from disputes.policies.load import PACKS, Registry
from disputes.policies.schema import Pack

SHANGHAI = ZoneInfo("Asia/Shanghai")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="session")
def house() -> Registry:
    """The packs that come with the house."""
    registry = Registry()
    registry.load_dir(PACKS)
    return registry


@pytest.fixture(scope="session")
def third_party(house: Registry) -> Pack:
    pack = house.get("jd_3p", "1.0.0")
    assert pack
    return pack


@pytest.fixture(scope="session")
def auction(house: Registry) -> Pack:
    pack = house.get("catawiki", "1.0.0")
    assert pack
    return pack


@pytest.fixture(scope="session")
def china() -> Callable[[str], datetime]:
    """A moment as a clock in the shop's zone shows it."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def holland() -> Callable[[str], datetime]:
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.fixture(scope="session")
def filing(china) -> Callable[..., Facts]:
    """A filing about one line that was dispatched on 27 February and received on 2 March 2026 at 15:00."""
    arrived = Parcel(dispatched_at=china("2026-02-27T15:00"), delivered_at=china("2026-03-02T15:00"))

    def make(reason="changed_mind", wish="full_refund", parcels=(arrived,), **more) -> Facts:
        lines = more.pop("lines", (Line(ref="1", quantity=1, unit_price_minor=30000, parcels=parcels),))
        placed = china("2026-02-26T10:00")
        return Facts(reason=reason, wish=wish, lines=lines, currency="CNY", placed_at=placed, **more)

    return make


MINIMAL = """
[meta]
id = "shop"
version = "1.0.0"
name = "Shop"
effective_from = 2026-01-01

[locale]
tz = { value = "Europe/Amsterdam", status = "operator" }
currency = { value = "EUR", status = "operator" }

[seller]
kind = { value = "own_shop", status = "operator" }

[hearing]
seller_first = { status = "not_stated" }
hear_both = { value = true, status = "operator" }
tie_break = { status = "not_stated" }
"""


@pytest.fixture
def packs(tmp_path: Path) -> Callable[..., Registry]:
    """Load pack files from texts: `packs(shop=..., other=...)`; each text is put after a minimal pack of that id."""

    def load(**texts: str) -> Registry:
        for name, text in texts.items():
            whole = text if "[meta]" in text else MINIMAL.replace('"shop"', f'"{name}"') + text
            (tmp_path / f"{name}.toml").write_text(whole, "utf-8")
        registry = Registry()
        registry.load_dir(tmp_path)
        return registry

    return load
