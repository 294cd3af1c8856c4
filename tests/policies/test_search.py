"""The rules of the shops stand in their packs and nowhere else in the product; only the demo names its shops."""

import re
from pathlib import Path

import pytest

import disputes
from disputes.rules import registry

HOME = Path(disputes.__file__).parent
DATA = (HOME / "policies" / "packs", HOME / "sandbox", HOME / "policies" / "coverage.toml")
CODE = [
    file
    for file in sorted(HOME.rglob("*"))
    if file.suffix in (".py", ".html", ".txt", ".toml", ".js", ".css")
    and not any(file == place or place in file.parents for place in DATA)
]
TIMELESS = [file for file in CODE if file.suffix == ".py" and file.parent.name in ("workflows", "policies")]
NAMES = sorted({pack.meta.id for pack in registry().all()} | {"jd_base", "Jabra", "Catawiki", "Imalent"})


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(HOME)))
def test_no_shop_and_no_clause_is_named(file):
    text = file.read_text("utf-8")
    assert not [name for name in NAMES if re.search(rf"\b{name}\b", text)]
    assert not re.search(r"\b(JAB|CAT|JDC|JDS|JDT|JDV|IMA)-\d{2}\b", text)


@pytest.mark.parametrize("file", TIMELESS, ids=lambda file: str(file.relative_to(HOME)))
def test_no_length_of_time_is_written_in_code(file):
    assert not re.search(r"\bPT?\d+[YMWDHS]\b|timedelta\(|\b\d+ business days?\b", file.read_text("utf-8"))
