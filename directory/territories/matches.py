"""What looking a place up gives: matches with their reason, and the choice they amount to."""

from dataclasses import dataclass
from enum import IntEnum

from directory.territories.areas import departement_name
from directory.territories.commune import Commune


class Reason(IntEnum):
    """Why a commune was proposed; a smaller number comes first."""

    POSTAL_CODE = 0
    INSEE_CODE = 1
    NAME = 2
    NAME_WITHOUT_ARTICLE = 3
    FORMER_NAME = 4
    FORMER_CODE = 5
    BEGINNING = 6
    TYPING_ERROR = 7
    #: One of the large communes of the département or région that was typed.
    WITHIN_AREA = 8
    #: It has the street that was typed without a commune.
    STREET = 9


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A commune proposed for a text, and why."""

    commune: Commune
    reason: Reason
    #: The name or code of ours that met the text, folded.
    matched: str

    @property
    def label(self) -> str:
        """The name with its département: « Bondy (93) »."""
        return self.commune.label

    @property
    def departement_name(self) -> str:
        """« Seine-Saint-Denis », to tell homonyms apart."""
        return departement_name(self.commune.departement)


@dataclass(frozen=True, slots=True)
class Resolution:
    """One commune, or several to choose from, or nothing at all."""

    chosen: PlaceMatch | None
    #: Best first; holds the chosen one too.
    choices: tuple[PlaceMatch, ...]
