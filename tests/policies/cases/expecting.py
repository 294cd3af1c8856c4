"""Expectations in short: `window=pass/until=2026-03-09T23:59:59 -tier`: a verdict with a detail, and one not there."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


def met(verdicts: list[dict[str, Any]], expect: str, zone: ZoneInfo) -> set[str]:
    """Assert that the verdicts are as expected; the clauses that those which were named cite."""
    by_name = {verdict["name"]: verdict for verdict in verdicts}
    cited: set[str] = set()
    for token in expect.split():
        if token.startswith("-"):
            assert token[1:] not in by_name
            continue
        claim, *details = re.split(r"/(?=[a-z_]+=)", token)
        name, result = claim.split("=")
        assert name in by_name, sorted(by_name)
        verdict = by_name[name]
        assert verdict["result"] == result, verdict
        cited |= set(verdict["clauses"])
        for detail in details:
            key, _, value = detail.partition("=")
            assert _told(verdict, key, zone) == value, verdict
    return cited


def _told(verdict: dict[str, Any], key: str, zone: ZoneInfo) -> str:
    if key == "until":
        return _local(verdict["holds_until"], zone)
    if key == "payer":
        return ",".join(verdict["payer"].values())
    told = verdict["details"][key]
    if key in ("due", "wake_at"):
        return _local(told, zone)
    if key == "open":
        return ",".join(told)
    if isinstance(told, dict):
        return ",".join(f"{name}:{value}" for name, value in told.items())
    return ",".join(map(str, told)) if isinstance(told, list) else str(told)


def _local(moment: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%dT%H:%M:%S}"
