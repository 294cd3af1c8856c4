"""Texts of shop rules for tests."""

import re
from datetime import date, timedelta

from disputes.moment import real_now
from disputes.policies.load import PACKS
from disputes.policies.schema import Pack


def next_version(pack: Pack, *, number: str = "1.1.0", days: int = 3, **changed: str) -> tuple[str, date]:
    """A pack's own text with another version and first day, and with pieces of it changed; and that day."""
    text = (PACKS / pack.file).read_text("utf-8")
    day = real_now().astimezone(pack.zone).date() + timedelta(days=days)
    text = text.replace(f'version = "{pack.meta.version}"', f'version = "{number}"', 1)
    text = re.sub(r"effective_from = \S+", f"effective_from = {day}", text, count=1)
    for old, new in changed.items():
        text = text.replace(old, new)
    return text, day
