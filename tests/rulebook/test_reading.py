"""The shop rules as pages: every value with its clauses, silence as silence, and what the parent says."""

import html
import re

import pytest
from flask import Flask

from disputes.explain.show import values
from disputes.policies.schema import Pack
from disputes.policies.standing import Standing
from disputes.rules import registry
from tests.cast import ADA, BEN, CLEO, LIN, OLA, SAM, Cast

PACKS = {f"{pack.meta.id}": pack for pack in registry().all()}


def rows(page: str) -> dict[str, str]:
    """The text of each rule on the page, by its path."""
    found = re.findall(r'<li class="term" id="([^"]+)">(.*?)</li>\s*(?=<li class="t|</ul>\s*</section>)', page, re.S)
    return {path: html.unescape(re.sub(r"<[^>]+>", " ", body)) for path, body in found}


def clauses_of(text: str) -> list[str]:
    found = re.search(r"  \[([^\]]*)\](?:  \(|$)", text)
    return found[1].split(", ") if found else []


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_value_of_every_shop_is_there_with_its_clauses(visit, cast: Cast, name: str) -> None:
    pack = PACKS[name]
    page = rows(visit(SAM).get(f"/rules/{name}/{pack.meta.version}").text)
    stated = {
        path: text for path, text in values(pack).items() if re.search(r"  (" + "|".join(Standing) + r")\b", text)
    }
    assert len(stated) > 20
    missing = [path for path in stated if path not in page]
    wrong = [(path, c) for path, text in stated.items() for c in clauses_of(text) if c not in page.get(path, "")]
    assert (missing, wrong) == ([], [])


@pytest.mark.parametrize("name", [name for name, pack in PACKS.items() if pack.overrides])
def test_what_differs_for_some_goods_is_there_too(visit, cast: Cast, name: str) -> None:
    pack = PACKS[name]
    page = visit(SAM).get(f"/rules/{name}/{pack.meta.version}").text
    base = values(pack)
    for at in range(len(pack.overrides)):
        changed = {p: text for p, text in values(pack.variant((at,))).items() if base.get(p) != text}
        assert changed and all(clause in page for text in changed.values() for clause in clauses_of(text))


def test_a_length_is_told_in_words_and_no_rule_is_hidden_in_a_code(visit, cast: Cast) -> None:
    page = rows(visit(SAM).get("/rules/jd_self/1.0.0").text)
    assert "7 days from receipt" in page["windows.refund.changed_mind"]
    assert not [path for path, text in page.items() if re.search(r"\bP\d+[DMY]\b|\bPT\d", text)]


def test_what_comes_from_the_parent_says_so_and_the_rest_does_not(visit, cast: Cast) -> None:
    page = rows(visit(SAM).get("/rules/jd_self/1.0.0").text)
    assert "from jd_base" in page["hearing.hear_both"] and "from jd_base" not in page["windows.refund.changed_mind"]
    assert not any("from jd_base" in text for text in rows(visit(SAM).get("/rules/jabra/1.0.0").text).values())


def test_silence_is_shown_as_silence(visit, cast: Cast) -> None:
    page = visit(SAM).get("/rules/jabra/1.0.0").text
    assert "The shop's rules don't say" in rows(page)["hearing.tie_break"].replace("’", "'")
    assert "Insurance of the way back" in page.partition('id="s-silent"')[2]


def test_the_list_says_who_follows_which_version(visit, cast: Cast) -> None:
    page = visit(SAM).get("/rules").text
    for pack in PACKS.values():
        assert f"{pack.meta.id} {pack.meta.version}" in page
    assert "JD third-party" in page and "No shop follows them." in page and page.count("In force") > len(PACKS)


@pytest.mark.parametrize(("email", "status"), [(SAM, 200), (OLA, 200), (LIN, 200), (CLEO, 200), (BEN, 404), (ADA, 404)])
def test_staff_read_them_and_nobody_else(visit, cast: Cast, email: str, status: int) -> None:
    browser = visit(email)
    for page in ("/rules", "/rules/jabra/1.0.0", "/rules/jabra/1.0.0/try"):
        assert browser.get(page).status_code == status
    assert browser.get("/rules/jabra/9.9.9").status_code == 404


@pytest.mark.parametrize("language", ("zh", "pl", "ar"))
def test_the_pages_are_there_in_every_language(app: Flask, visit, cast: Cast, language: str) -> None:
    sam = visit(SAM)
    sam.set_cookie("lang", language)
    for pack in PACKS.values():
        assert isinstance(pack, Pack)
        assert sam.get(f"/rules/{pack.meta.id}/{pack.meta.version}").status_code == 200
