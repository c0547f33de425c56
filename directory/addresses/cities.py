"""The codes by which streets are kept: of the whole city, and of the département."""

import re

#: Municipal arrondissements, each with the code of its whole city.
_ARRONDISSEMENTS = (
    (re.compile(r"751\d\d"), "75056"),
    (re.compile(r"6938\d"), "69123"),
    (re.compile(r"132\d\d"), "13055"),
)


def city_code(insee_code: str) -> str:
    """Return the code of the whole city for an arrondissement of Paris, Lyon or Marseille."""
    for arrondissement, city in _ARRONDISSEMENTS:
        if arrondissement.fullmatch(insee_code):
            return city
    return insee_code


def department_code(insee_code: str) -> str:
    """Return the code of the département of a commune: `93`, `2A`, `974`."""
    return insee_code[:3] if insee_code.startswith(("97", "98")) else insee_code[:2]
