"""The mirrored language is made from the French texts, and French counts as French does."""

import pytest

from directory import i18n
from directory.cli.translations import mirror
from tests.fixtures.catalogues import compile_stale_catalogues


@pytest.mark.parametrize(
    "text",
    [
        "%(num)s services à %(radius)s",
        "Le <strong>115</strong> répond",
        "100%% gratuit",
        "Aide &amp; écoute",
    ],
)
def test_placeholders_and_markup_stay_whole(text: str) -> None:
    turned = mirror(text)
    marks = {"\u200f": None, "\u202e": None, "\u202c": None}
    assert turned.translate(str.maketrans(marks)) == text
    for kept in ("%(num)s", "%(radius)s", "<strong>", "%%", "&amp;"):
        assert (kept in text) == (kept in turned)


def test_every_word_is_turned_over() -> None:
    assert mirror("Bonjour à tous").count("\u202e") == 3


@pytest.mark.parametrize(("count", "said"), [(0, "0 service"), (1, "1 service"), (2, "2 services")])
def test_french_counts_nothing_as_one(count: int, said: str) -> None:
    """`NullTranslations` would follow the English rule and say "0 services"."""
    compile_stale_catalogues()
    i18n.catalogue.cache_clear()
    one = "%(num)s service sur place, dans un rayon de %(radius)s à vol d'oiseau."
    many = "%(num)s services sur place, dans un rayon de %(radius)s à vol d'oiseau."
    assert i18n.ngettext(one, many, count, radius="10 km").startswith(f"{said} sur place")
