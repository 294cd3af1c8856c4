"""Every text of the code stands in every language: whole, checked, with the same parameters."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import disputes
from disputes.web.catalogues import FOLDER, SOURCE, catalogue, po_file
from disputes.web.languages import LANGUAGES

TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
PARAMETER = re.compile(r"%\(\w+\)[sd]")
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


@cache
def in_the_code() -> frozenset[str | tuple[str, ...]]:
    """Every msgid that stands in Python, in a page or in a letter."""
    with (FOLDER / "babel.cfg").open() as mapping:
        methods, settings = parse_mapping_cfg(mapping)
    found = extract_from_dir(str(Path(disputes.__file__).parent), methods, settings, KEYWORDS)
    return frozenset(msgid for _, _, msgid, _, _ in found)


@cache
def texts(language: str) -> Catalog:
    with po_file(language).open("rb") as file:
        return read_po(file)


def messages(language: str) -> Iterator[Message]:
    return (message for message in texts(language) if message.id)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def msgids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def test_every_language_of_the_folder_is_offered() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_the_texts_of_the_code_and_no_others(language: str) -> None:
    there = {message.id if isinstance(message.id, str) else tuple(message.id) for message in messages(language)}
    assert in_the_code() - there == set(), "new texts: run script/translate, then translate them"
    assert there - in_the_code() == set(), "texts that are gone: run script/translate"
    assert not texts(language).obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_empty_or_a_guess(language: str) -> None:
    assert [message.id for message in messages(language) if not all(forms(message)) or message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_plural_has_all_its_forms(language: str) -> None:
    number = {"zh": 1, "pl": 3, "ar": 6}[language]
    assert texts(language).num_plurals == number
    plurals = [message for message in messages(language) if message.pluralizable]
    assert plurals
    assert [message.id for message in plurals if len(forms(message)) != number] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_keeps_its_parameters(language: str) -> None:
    wrong = []
    for message in messages(language):
        wanted = set(PARAMETER.findall(msgids(message)[-1]))
        for form in forms(message):
            # A form for exactly none, one or two may say it in a word.
            said = set(PARAMETER.findall(form))
            spelt = message.pluralizable and said | {"%(num)s", "%(num)d"} >= wanted
            if not said <= wanted or (said != wanted and not spelt):
                wrong.append((message.id, form))
            assert "%" not in PARAMETER.sub("", form), form
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_text_ends_as_its_source_does(language: str) -> None:
    ends = {".": ".。", ":": ":：", "?": "?؟？"}
    wrong = [
        (message.id, form)
        for message in messages(language)
        for form in forms(message)
        if form.strip() and form.strip()[-1] not in ends.get(msgids(message)[-1].strip()[-1], form.strip()[-1])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "counts"),
    (
        ("zh", {0: 0, 1: 0, 2: 0}),
        ("pl", {1: 0, 2: 1, 5: 2, 12: 2, 22: 1, 112: 2}),
        ("ar", {0: 0, 1: 1, 2: 2, 7: 3, 11: 4, 100: 5}),
    ),
)
def test_a_count_gets_its_own_form(language: str, counts: dict[int, int]) -> None:
    message = texts(language).get(("%(num)s h", "%(num)s h"))
    assert message
    for number, form in counts.items():
        assert catalogue(language).ungettext("%(num)s h", "%(num)s h", number) == forms(message)[form]


def test_no_compiled_file_is_kept() -> None:
    assert not [name for _, _, names in os.walk(FOLDER) for name in names if name.endswith(".mo")]
