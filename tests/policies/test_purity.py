"""The rules of the shops stand in their packs, and the code reads no clock."""

import json
import re
from pathlib import Path

import pytest

import disputes.policies
from disputes.policies.load import PACKS, Registry

HOUSE = Registry()
HOUSE.load_dir(PACKS)

CODE = sorted(Path(disputes.policies.__file__).parent.glob("*.py"))
PACK_FILES = sorted(Path(disputes.policies.__file__).parent.glob("packs/*.toml"))


@pytest.mark.parametrize("file", CODE, ids=lambda file: file.name)
def test_no_clause_no_shop_no_length_and_no_clock_in_the_code(file):
    text = file.read_text("utf-8")
    ids = {pack.meta.id for pack in HOUSE.all()}
    assert not re.search(r"\b[A-Z]{3}-\d{2}\b", text)
    assert not [shop for shop in ids if re.search(rf"\b{shop}\b", text, re.IGNORECASE)]
    assert not re.search(r"\bPT?\d+[YMWDHS]\b|timedelta\(|\.now\(|\.today\(|utcnow", text)


@pytest.mark.parametrize("file", PACK_FILES, ids=lambda file: file.name)
def test_clause_ids_in_a_pack_are_of_the_documents_it_names(file):
    known = {"000": {"JAB"}, "001": {"CAT"}, "004": {"IMA"}, "002": {"JDC"}, "003": {"JDC", "JDT", "JDS", "JDV"}}
    text = file.read_text("utf-8")
    named = json.loads(re.search(r"^source_files = (.*)$", text, re.MULTILINE)[1])
    allowed = {prefix for document in named for prefix in known[document]}
    assert {prefix for prefix in re.findall(r'"([A-Z]{3})-\d{2}"', text)} <= allowed
