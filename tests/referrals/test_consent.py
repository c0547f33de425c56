"""The text that a person is read says the same in every language, with its values filled in."""

import re

import pytest

from directory.i18n import Language
from directory.referrals.consent import consent_languages, consent_text
from directory.referrals.consent_texts import TRANSLATED, Translated

LANGUAGES = consent_languages()


def text_in(tag: str) -> list[str]:
    """Return the sentences about an invented service."""
    text = consent_text(
        tag, service="Accueil du Pont", organization="Entraide", contact_kept_days=90
    )
    return [*text.lines, text.redirection]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_every_language_says_every_sentence_with_its_values(language: Language) -> None:
    french, other = text_in("fr"), text_in(language.tag)

    assert len(other) == len(french)
    assert "Accueil du Pont" in other[0]
    assert "Entraide" in other[0]
    assert "90" in other[4]
    assert not any("%" in line for line in other)


@pytest.mark.parametrize("text", TRANSLATED, ids=lambda text: text.language.tag)
def test_a_translation_is_written_in_its_own_script_and_direction(text: Translated) -> None:
    language = text.language
    letters = re.findall(r"[^\W\d_]", " ".join(text_in(language.tag)[1:]))
    arabic = sum("\u0600" <= letter <= "\u06ff" for letter in letters) / len(letters)
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in letters) / len(letters)

    assert (arabic > 0.9) == (language.direction == "rtl")
    assert (cyrillic > 0.9) == (language.tag in ("ru", "uk"))


def test_a_language_without_a_text_gets_french_and_says_so() -> None:
    text = consent_text("wo", service="x", organization="y", contact_kept_days=90)

    assert text.language.tag == "fr"


def test_each_language_is_offered_once() -> None:
    tags = [language.tag for language in LANGUAGES]

    assert len(set(tags)) == len(tags)
    assert {"fr", "en", "ar", "fa", "uk", "ru", "ro", "es", "pt"} <= set(tags)
