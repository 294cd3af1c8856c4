"""Translations read from the .po files themselves: what a translator edits is what runs, nothing is compiled."""

from io import BytesIO
from pathlib import Path
from threading import Lock

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

SOURCE = "en"
FOLDER = Path(__file__).parent.parent / "translations"
_read: dict[str, NullTranslations] = {}
_reading = Lock()


def po_file(language: str) -> Path:
    """Where the texts of a language stand."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def catalogue(language: str) -> NullTranslations:
    """The texts of a language, read once for all threads; English is the source and needs none."""
    with _reading:
        if language not in _read:
            _read[language] = NullTranslations() if language == SOURCE else _load(po_file(language))
    return _read[language]


def _load(path: Path) -> Translations:
    # Through the compiled form in memory: the standard library evaluates its plural rules, as for any other program.
    with path.open("rb") as file:
        texts = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, texts)
    compiled.seek(0)
    return Translations(compiled)


class Catalogues(Domain):
    """Flask-Babel's gettext over our catalogues."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return catalogue(locale.language if locale else SOURCE)
