"""Accents that were broken are repaired; those that are right are never touched."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.imports.accents import readable, repaired

#: What is written in the names of France, overseas and regional languages included.
LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 '-’().,/&°«»\u00a0"
    "àâäçéèêëîïôöùûüÿæœñãõåøíóúáìòÀÂÇÉÈÊËÎÏÔÖÙÛÜŸÆŒÑ"
)


def broken(text: str) -> str:
    """Return a text in UTF-8 as a program of Windows shows it."""
    return "".join(
        bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in text.encode()
    )


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("AllÃ©e des Tilleuls", "Allée des Tilleuls"),
        ("Rue de lâ€™Ã‰glise", "Rue de l’Église"),
        ("Rue du CÅ“ur", "Rue du Cœur"),
        ("Place dâ€™AnÃ¯s", "Place d’Anïs"),
        ("ÃŽle de RÃ©", "Île de Ré"),
        ("Rue de l'AllÃ©e du CafÃ© Français", "Rue de l'Allée du Café Français"),
        ("AllÃƒÂ©e", "Allée"),
        ("Rue de lÃ\u00a0", "Rue de là"),
        ("Chemin Ã  la Mare", "Chemin à la Mare"),
        ("DerriÃ¨re lÃ", "Derrière là"),
        ("NÂ° 4", "N° 4"),
        ("9â€¯hâ€‘12â€¯h, entrÃ©e à droite", "9 h‑12 h, entrée à droite"),
        ("Ã‰picerie â†’ droite, Ø¹Ø±Ø¨ÙŠ", "Épicerie → droite, عربي"),
    ],
)
def test_a_broken_name_is_repaired(text: str, right: str) -> None:
    assert readable(text) == right


@pytest.mark.parametrize(
    "text",
    [
        "Allée de l'Église", "Rue de São Paulo", "RUE DE SÃO TOMÉ", "Straße Ängstle", "Île d’Yeu",
        "Rue « Å »", "Impasse à «", "RUE DU CAFÉ»", "Rue Ŭ", "Âge €’", "pâ’”", "ÂŒ",
        "Rue de la Forêt", "Kêr Ñ", "SÃO TOMÉ Ã",
    ],
)  # fmt: skip
def test_a_right_name_is_left_alone(text: str) -> None:
    assert repaired(text) == text


# No French word ends in « Â »: before these signs it is what is left of a broken one.
@settings(deadline=None)
@given(st.text(LETTERS, max_size=30).filter(lambda name: not re.search("Â[«»°\u00a0]", name)))
def test_what_is_written_in_france_is_never_touched(name: str) -> None:
    assert repaired(name) == name


@settings(deadline=None)
@given(st.text([sign for sign in LETTERS if sign not in "«»°\u00a0"], max_size=30))
def test_whatever_windows_broke_comes_back(name: str) -> None:
    assert repaired(broken(name)) == name
    assert repaired(broken(broken(name))) == name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  Rue   de\tVerdun ", "Rue de Verdun"),
        ("Alle\u0301e", "Allée"),
        ("Rue\u200b de\u00ad Verdun\u202e", "Rue de Verdun"),
        ("\x01\x02", ""),
        ("\u00a0", ""),
        ("Rue 🏠", "Rue 🏠"),
        ("", ""),
    ],
)
def test_a_name_is_made_readable(text: str, shown: str) -> None:
    assert readable(text) == shown
