"""TOML files in, checked packs out, by id, version and the moment they are in force."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from disputes.policies.check import check
from disputes.policies.errors import Chain, PackError, pack_error
from disputes.policies.nearest import did_you_mean
from disputes.policies.parts import Meta
from disputes.policies.schema import Pack

__all__ = ["PACKS", "PackError", "Registry", "check"]

PACKS = Path(__file__).parent / "packs"

Raw = dict[str, Any]


class Registry:
    """All packs an installation knows. Loading is strict; looking up never fails, it answers None."""

    def __init__(self) -> None:
        self._packs: dict[str, list[Pack]] = {}

    def load_dir(self, path: Path) -> None:
        """Read every *.toml of a folder, parents among them; PackError names what is wrong."""
        texts: dict[str, tuple[str, Raw]] = {}
        for file in sorted(path.glob("*.toml")):
            text = _read(file)
            key = _key(text, file.name)
            if key in texts:
                raise PackError([f"{file.name}: meta.version: {key} already stands in {texts[key][0]}"])
            texts[key] = file.name, text
        packs = [_build(_chain(key, texts)) for key in texts if not texts[key][1]["meta"].get("abstract")]
        for pack in packs:
            self._add(pack)

    def at(self, pack_id: str, moment: datetime) -> Pack | None:
        """The version in force at an aware moment (days begin in the shop's zone); None when there was none yet."""
        in_force = [p for p in self._packs.get(pack_id, ()) if _begins(p) <= moment]
        return in_force[-1] if in_force else None

    def get(self, pack_id: str, version: str) -> Pack | None:
        """One exact version, as pinned on a case."""
        return next((p for p in self._packs.get(pack_id, ()) if p.meta.version == version), None)

    def all(self) -> tuple[Pack, ...]:
        """Every version of every pack that can be used (no abstract ones)."""
        return tuple(pack for versions in self._packs.values() for pack in versions)

    def _add(self, pack: Pack) -> None:
        versions = self._packs.setdefault(pack.meta.id, [])
        if any(p.meta.effective_from == pack.meta.effective_from for p in versions):
            raise PackError([f"{pack.file}: meta.effective_from: another version of {pack.meta.id} begins that day"])
        versions.append(pack)
        versions.sort(key=_begins)


def _begins(pack: Pack) -> datetime:
    return datetime.combine(pack.meta.effective_from, time.min, pack.zone).astimezone(UTC)


def _read(file: Path) -> Raw:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise PackError([f"{file.name}: not TOML: {broken}"]) from None


def _key(text: Raw, file: str) -> str:
    try:
        meta = Meta.model_validate(text.get("meta", {}))
    except ValidationError as failed:
        error = pack_error(failed, [(file, {})])
        raise PackError(fault.replace(f"{file}: ", f"{file}: meta.", 1) for fault in error.faults) from None
    return f"{meta.id}@{meta.version}"


def _chain(key: str, texts: Mapping[str, tuple[str, Raw]]) -> Chain:
    """The pack's text and its parents', nearest first."""
    chain: Chain = []
    seen: list[str] = []
    while True:
        file, text = texts[key]
        chain.append((file, text))
        seen.append(key)
        parent = text["meta"].get("extends")
        if parent is None:
            return chain
        if parent in seen:
            raise PackError([f"{file}: meta.extends: '{parent}' extends itself in the end"])
        if parent not in texts:
            hint = did_you_mean(parent, set(texts) - set(seen))
            raise PackError([f"{file}: meta.extends: unknown pack '{parent}'{hint}"])
        key = parent


def _build(chain: Chain) -> Pack:
    merged: Raw = {}
    for _, text in reversed(chain):
        merged = _merge(merged, {part: rule for part, rule in text.items() if part != "meta"})
    try:
        pack = Pack.model_validate(merged | {"meta": chain[0][1]["meta"]})
    except ValidationError as failed:
        raise pack_error(failed, chain) from None
    pack._file = chain[0][0]
    return pack


def _merge(parent: Raw, child: Raw) -> Raw:
    """The child's tables over the parent's. A value is replaced whole: its figure never keeps the parent's clauses."""
    merged = dict(parent)
    for part, rule in child.items():
        inherited = merged.get(part)
        if isinstance(rule, dict) and isinstance(inherited, dict) and "status" not in rule:
            rule = _merge(inherited, rule)
        merged[part] = rule
    return merged
