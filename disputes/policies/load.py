"""All packs of an installation: by id, version and the moment they are in force."""

from datetime import UTC, datetime, time
from pathlib import Path

from disputes.policies.check import check
from disputes.policies.errors import PackError
from disputes.policies.read import Raw, build, chain_of, key_of, read
from disputes.policies.schema import Pack

__all__ = ["PACKS", "PackError", "Registry", "check"]

# The packs that come with the house.
PACKS = Path(__file__).parent / "packs"


class Registry:
    """All packs an installation knows. Loading is strict; looking up never fails, it answers None."""

    def __init__(self) -> None:
        self._packs: dict[str, list[Pack]] = {}

    def load_dir(self, path: Path) -> None:
        """Read every *.toml of a folder, parents among them; PackError names what is wrong."""
        texts: dict[str, tuple[str, Raw]] = {}
        for file in sorted(path.glob("*.toml")):
            text = read(file)
            key = key_of(text, file.name)
            if key in texts:
                raise PackError([f"{file.name}: meta.version: {key} already stands in {texts[key][0]}"])
            texts[key] = file.name, text
        packs = [build(chain_of(key, texts)) for key in texts if not texts[key][1]["meta"].get("abstract")]
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
