"""Where to look for the street of a text that is still being typed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from directory.geocoding.typed import (
    EXACT,
    names_a_street,
    read_address,
    tells_street_apart,
    unfinished_endings,
)
from directory.territories import Commune, Gazetteer, PlaceMatch, Reason
from directory.territories.official_csv import CITIES
from directory.territories.words import place_key

#: Signs, spaces not counted, below which the list would only be that of the largest cities.
LEAST_TYPED = 3

#: Communes in which the street of an unfinished text is looked for, besides one's own.
MOST_COMMUNES = 3

#: From this score on, an unfinished street is worth proposing.
LEAST_SCORE = 0.6

#: The same for a text that may be something else than a street.
LEAST_SCORE_OF_A_GUESS = 0.8

#: The same for a street of one's own commune whose last words are the name of another one.
LEAST_SCORE_BESIDE_A_NAME = 0.9

#: How many streets of any commune are looked at before the largest communes are kept; fewer when
#: the house numbers of each have to be read.
_ANYWHERE, _ANYWHERE_WITH_NUMBER = 200, 24

_BEGUN = EXACT | {Reason.BEGINNING, Reason.POSTAL_CODE}


@dataclass(frozen=True, slots=True)
class Question:
    """A street to look for in a commune, or in any, and the score from which it counts."""

    street: str
    commune: Commune | None
    limit: int
    least_score: float = 0.0


@dataclass(frozen=True)
class Unfinished:
    """A text that is being typed, and what is known of who types it."""

    text: str
    gazetteer: Gazetteer
    #: The commune whose streets are the likeliest.
    own: Commune | None
    limit: int

    @cached_property
    def is_street(self) -> bool:
        """True when it names a street, so that it is no commune nor anything else."""
        return names_a_street(self.text)

    @cached_property
    def communes(self) -> list[PlaceMatch]:
        """The communes that the whole text may mean."""
        return self.gazetteer.search(self.text, self.limit)

    @cached_property
    def stated(self) -> list[tuple[str, Commune]]:
        """(street, commune) for each commune that the text names in full, one's own first."""
        if not self.is_street and self.communes and self.communes[0].reason in EXACT:
            return []
        address = read_address(self.text, self.gazetteer)
        chosen = address.place.chosen
        choices = (chosen,) if chosen is not None else address.place.choices
        if not address.street:
            return []
        communes = sorted((m.commune for m in choices), key=lambda commune: commune != self.own)
        return [(address.street, commune) for commune in communes[:MOST_COMMUNES]]

    def lots(self) -> Iterator[list[Question]]:
        """Yield what to ask our own tables together, the likeliest first.

        The communes that the text names in full; then one's own city, with those whose name the
        last words begin, as « Pont » begins Pontoise; then any commune for the text as it is. The
        last two even after a name, because « rue Édouard Vaillant » ends with that of a village.
        """
        least = LEAST_SCORE if self.is_street else LEAST_SCORE_OF_A_GUESS
        if self.stated:
            yield [Question(street, at, self.limit, least) for street, at in self.stated]
        begun = [Question(street, at, self.limit, least) for street, at in self._begun()]
        if self.own is not None:
            city = self.gazetteer.by_insee(self.own.city_code or "") or self.own
            sure = LEAST_SCORE_BESIDE_A_NAME if self.stated else least
            begun.insert(0, Question(self.text, city, self.limit, sure))
        yield begun
        may_be_street = self.is_street or not self.communes
        if may_be_street and tells_street_apart(self.text, LEAST_TYPED):
            most = _ANYWHERE_WITH_NUMBER if self.text[0].isdigit() else _ANYWHERE
            yield [Question(self.text, None, most, least)]

    def for_outside(self) -> Question:
        """Return what somebody else is asked: the whole text, which they cut by their own lights.

        Addresses of Paris, Lyon and Marseille bear the code of their arrondissement, so the code
        of the whole city would find none.
        """
        commune = self.stated[0][1] if len(self.stated) == 1 else None
        if commune is not None and commune.insee_code in CITIES.values():
            commune = None
        return Question(self.text, commune, self.limit)

    def _begun(self) -> Iterator[tuple[str, Commune]]:
        """Yield (street, commune) for communes whose name the last words begin, one's own first."""
        left = MOST_COMMUNES
        for street, ending in unfinished_endings(self.text):
            own = self.own
            if own is not None and place_key(own.name).startswith(place_key(ending)):
                yield street, own
            if len(ending) < LEAST_TYPED:
                continue
            found = self.gazetteer.search(ending, self.limit)
            begun = [match.commune for match in found if match.reason in _BEGUN]
            for commune in [commune for commune in begun if commune != own][:left]:
                yield street, commune
                left -= 1
