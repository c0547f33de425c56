"""The catalogues hold exactly the texts of the code and of the templates."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from directory.cli import translations
from directory.i18n import LANGUAGES


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def catalogue_of(tag: str) -> Catalog:
    return read(translations.FOLDER / tag.replace("-", "_") / "LC_MESSAGES" / "messages.po")


def texts(catalogue: Catalog) -> set[object]:
    return {(message.id, message.context) for message in catalogue if message.id}


def test_the_catalogues_follow_the_source_texts() -> None:
    stale = [path.name for path in translations.stale_files()]
    assert not stale, "run `make translations` and commit what it changes"


def test_every_language_that_is_offered_has_every_text() -> None:
    for tag in LANGUAGES:
        assert texts(catalogue_of(tag)) == texts(read(translations.TEMPLATE)), tag


def test_counted_sentences_are_counted_in_french() -> None:
    """Without its own plurals, French would follow the English rule and write "0 lieux"."""
    counted = [message for message in catalogue_of("fr") if isinstance(message.id, tuple)]
    assert [message.id for message in counted if not all(message.string)] == []
