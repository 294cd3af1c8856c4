"""All packs of an installation: by id, version and the moment they are in force."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from pathlib import Path

from disputes.policies.check import check
from disputes.policies.duration import end_of_day
from disputes.policies.errors import PackError
from disputes.policies.merge import Raw
from disputes.policies.parts import Meta
from disputes.policies.read import build, build_common, chain_of, key_of, meta_of, parse, read
from disputes.policies.schema import Pack

Texts = dict[str, tuple[str, Raw]]  # by id@version: the name it is known by, and its tables

__all__ = ["PACKS", "PackError", "Registry", "check"]

# The packs that come with the house.
PACKS = Path(__file__).parent / "packs"


class Registry:
    """All packs an installation knows. Loading is strict; looking up never fails, it answers None."""

    def __init__(self) -> None:
        self._packs: dict[str, list[Pack]] = {}
        self._texts: Texts = {}

    def load_dir(self, path: Path) -> None:
        """Read every *.toml of a folder, parents among them; PackError names what is wrong."""
        self._load(_texts(path))

    def with_texts(self, written: Iterable[tuple[str, str]]) -> "Registry":
        """The same packs and more, from (name, text of a pack); PackError as above."""
        more: Texts = {}
        for name, text in written:
            raw = parse(text, name)
            more[self._new_key(raw, name, more)] = name, raw
        whole = Registry()
        whole._packs = {pack_id: list(versions) for pack_id, versions in self._packs.items()}
        whole._texts = dict(self._texts)
        whole._load(more)
        return whole

    def draft(self, name: str, text: str) -> tuple[Meta, Pack | None]:
        """What a text that is not among them yet would be; no pack when it is a common part. PackError as above."""
        raw = parse(text, name)
        key = self._new_key(raw, name, {})
        meta, chain = meta_of(raw, name), chain_of(key, self._texts | {key: (name, raw)})
        if meta.abstract:
            build_common(chain)
            return meta, None
        pack = build(chain)
        self._refuse_same_day(pack)
        return meta, pack

    def has(self, key: str) -> bool:
        """Whether that `id@version` is there, abstract or not."""
        return key in self._texts

    def _new_key(self, raw: Raw, name: str, more: Texts) -> str:
        key = key_of(raw, name)
        if taken := (self._texts | more).get(key):
            raise PackError([f"{name}: meta.version: {key} already stands in {taken[0]}; give it a higher one"])
        return key

    def _load(self, texts: Texts) -> None:
        self._texts |= texts
        packs = [build(chain_of(key, self._texts)) for key in texts if not texts[key][1]["meta"].get("abstract")]
        for pack in packs:
            self._add(pack)

    @staticmethod
    def with_file(path: Path, file: Path) -> Pack:
        """The pack in one more file, built on the packs of a folder, which keep to themselves; PackError as above."""
        own = read(file)
        key = key_of(own, file.name)
        return build(chain_of(key, _texts(path) | {key: (file.name, own)}))

    def at(self, pack_id: str, moment: datetime) -> Pack | None:
        """The version in force at an aware moment (days begin in the shop's zone); None when there was none yet."""
        begun = [p for p in self._packs.get(pack_id, ()) if begins(p) <= moment]
        last = begun[-1] if begun else None
        return None if last is None or _is_over(last, moment) else last

    def get(self, pack_id: str, version: str) -> Pack | None:
        """One exact version, as pinned on a case."""
        return next((p for p in self._packs.get(pack_id, ()) if p.meta.version == version), None)

    def all(self) -> tuple[Pack, ...]:
        """Every version of every pack that can be used (no abstract ones)."""
        return tuple(pack for versions in self._packs.values() for pack in versions)

    def sharing(self, parent_id: str, moment: datetime | None) -> tuple[Pack, ...]:
        """The packs that extend that one, such as an abstract pack's children: those in force, or the newest."""
        found = (self.at(pack_id, moment) if moment else versions[-1] for pack_id, versions in self._packs.items())
        return tuple(pack for pack in found if pack and (pack.meta.extends or "").split("@")[0] == parent_id)

    def _add(self, pack: Pack) -> None:
        self._refuse_same_day(pack)
        versions = self._packs.setdefault(pack.meta.id, [])
        versions.append(pack)
        versions.sort(key=begins)

    def _refuse_same_day(self, pack: Pack) -> None:
        day = pack.meta.effective_from
        if any(p.meta.effective_from == day for p in self._packs.get(pack.meta.id, ())):
            raise PackError([f"{pack.file}: meta.effective_from: another version of {pack.meta.id} begins that day"])


def _texts(path: Path) -> Texts:
    """Every pack file of a folder by its id@version."""
    texts: Texts = {}
    for file in sorted(path.glob("*.toml")):
        text = read(file)
        key = key_of(text, file.name)
        if key in texts:
            raise PackError([f"{file.name}: meta.version: {key} already stands in {texts[key][0]}"])
        texts[key] = file.name, text
    return texts


def _is_over(pack: Pack, moment: datetime) -> bool:
    return pack.meta.effective_to is not None and moment > end_of_day(pack.meta.effective_to, pack.zone)


def begins(pack: Pack) -> datetime:
    """When a version begins to hold: its first day's midnight in the shop's zone, in UTC."""
    return datetime.combine(pack.meta.effective_from, time.min, pack.zone).astimezone(UTC)
