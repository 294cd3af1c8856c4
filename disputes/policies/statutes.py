"""The law above the shops' rules: few rights, each with its article, by the buyer's country. Data like the packs."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from disputes.policies.codes import Length, ReasonCode, SignCode, ZoneName
from disputes.policies.errors import pack_error
from disputes.policies.kinds import Request
from disputes.policies.standing import Strict, Value

LAW = Path(__file__).parent / "law"


class Without(Strict):
    """Goods a right is not given for: with one of these tags or of these categories, or after a notice at purchase.

    With `signs`, only once one of them is seen."""

    article: str
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    notice: str | None = None
    signs: tuple[SignCode, ...] = ()


class Right(Strict):
    """One right against a trader. `first` are the requests that go before the others;
    `shipping`: when what ordinary sending out cost comes back."""

    requests: tuple[Request, ...]
    reasons: tuple[ReasonCode, ...]
    window: Value[Length]
    anchor: Literal["receipt"]
    event: Literal["filed", "defect_appeared"] = "filed"
    open_before_receipt: bool = False
    ends_on_workday: bool = False
    if_not_informed: Value[Length] | None = None
    intact: Value[tuple[SignCode, ...]] | None = None
    first: Value[tuple[Request, ...]] | None = None
    presumed: Value[Length] | None = None
    way_back: Value[Literal["buyer", "seller"]]
    shipping: Value[Literal["whole_order"]] | None = None
    exceptions: tuple[Without, ...] = ()


class Law(Strict):
    """The rights of one legal order, for buyers in these countries, with the zone their days are counted in."""

    id: str
    name: str
    effective_from: date
    countries: dict[str, ZoneName]
    rights: dict[str, Right]


def read_laws(folder: Path = LAW) -> tuple[Law, ...]:
    """Every *.toml of a folder; PackError names what is wrong."""
    laws = []
    for file in sorted(folder.glob("*.toml")):
        text = tomllib.loads(file.read_text("utf-8"))
        try:
            laws.append(Law.model_validate(text))
        except ValidationError as failed:
            raise pack_error(failed, [(file.name, text)]) from None
    return tuple(laws)
