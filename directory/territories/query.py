"""Reading what a person typed for a place: a name, a code, a département, an arrondissement."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from directory.territories.areas import departements_by_name
from directory.territories.words import fold, place_key, speaks_of_arrondissement

#: No name of a place comes near this; longer texts are not read at all.
LONGEST_TEXT = 200

_CODE = re.compile(r"\b(?:\d{2} ?\d{3}|2[ab]\d{3})\b")
_CEDEX = re.compile(r"\bcedex(?: (\d{1,2})\b)?")
_IN_PARENTHESES = re.compile(r"\(\s*(\d{2,3}|2[ab])\s*\)", re.IGNORECASE)
_DEPARTEMENT = r"(?:0[1-9]|[1-8]\d|9[0-5]|2[ab]|97[1-8]|98[4-8])"
_ENDS_WITH_DEPARTEMENT = re.compile(rf"^(.+) ({_DEPARTEMENT})$")
_BEGINS_WITH_DEPARTEMENT = re.compile(rf"^({_DEPARTEMENT}) (.+)$")
_CONNECTORS = frozenset({"a", "au", "d", "dans", "de", "des", "du", "en", "l", "la", "le", "les"})
_LONGEST_AREA_NAME = 6

Departements = frozenset[str]


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """A typed place, taken apart."""

    #: What is left when codes and CEDEX are taken out, folded.
    words: str
    #: A postal or INSEE code: five signs.
    code: str | None
    #: The département written between parentheses.
    departement: str | None
    #: The number after CEDEX, which in Paris, Lyon and Marseille is the arrondissement.
    cedex_number: int | None

    @property
    def key(self) -> str:
        """The name as it would be indexed."""
        return place_key(self.words)

    @property
    def arrondissement(self) -> int | None:
        """The number of « 18e arrondissement » typed without its city."""
        alone = self.key.isdigit() and speaks_of_arrondissement(self.words)
        return int(self.key) if alone else None

    @property
    def names_departement(self) -> bool:
        """True for « Bar (19) » and « Bar 19 »: who says that much means exactly that name."""
        return bool(
            self.departement
            or _ENDS_WITH_DEPARTEMENT.match(self.words)
            or _BEGINS_WITH_DEPARTEMENT.match(self.words)
        )

    @property
    def is_only_a_number(self) -> bool:
        """True for « 93 » or « 9314 », which may begin a postal code."""
        return self.code is None and self.arrondissement is None and self.words.isdigit()


def read_query(text: str) -> PlaceQuery | None:
    """Take a typed place apart, or return None when no word of it can be read."""
    if len(text) > LONGEST_TEXT:
        return None
    parentheses = _IN_PARENTHESES.search(text)
    words = fold(_IN_PARENTHESES.sub(" ", text))
    cedex = _CEDEX.search(words)
    words = _CEDEX.sub(" ", words)
    code = _CODE.search(words)
    words = _CODE.sub(" ", words, count=1)
    query = PlaceQuery(
        words=" ".join(words.split()),
        code=code[0].replace(" ", "").upper() if code else None,
        departement=parentheses[1].upper() if parentheses else None,
        cedex_number=int(cedex[1]) if cedex and cedex[1] else None,
    )
    return query if query.words or query.code else None


def readings(query: PlaceQuery) -> Iterator[tuple[str, Departements | None]]:
    """Yield each (name, départements it may lie in) the text can mean, the plainest first.

    « bondy 93 » is a name, or Bondy in département 93; « saint denis de la reunion » is a name,
    or Saint-Denis in La Réunion. None means anywhere.
    """
    stated = frozenset({query.departement}) if query.departement else None
    if query.key:
        yield query.key, stated
    ending = _ENDS_WITH_DEPARTEMENT.match(query.words)
    if ending:
        yield place_key(ending[1]), frozenset({ending[2].upper()})
    beginning = _BEGINS_WITH_DEPARTEMENT.match(query.words)
    if beginning:
        yield place_key(beginning[2]), frozenset({beginning[1].upper()})
    if stated is None:
        yield from _named_areas(query.key.split())


def _named_areas(words: list[str]) -> Iterator[tuple[str, Departements]]:
    """Yield the readings of a name followed by that of its département or région."""
    names = departements_by_name()
    for cut in range(max(1, len(words) - _LONGEST_AREA_NAME), len(words)):
        departements = names.get(" ".join(words[cut:]))
        place = words[:cut]
        while place and place[-1] in _CONNECTORS:
            place = place[:-1]
        if departements and place:
            yield " ".join(place), departements


def departements_of_postal_code(code: str) -> Departements:
    """Return the départements a postal code can belong to, from its first digits."""
    if code.startswith("20"):
        return frozenset({"2A", "2B"})
    if code.startswith("971"):
        return frozenset({"971", "977", "978"})
    return frozenset({code[:3] if code.startswith(("97", "98")) else code[:2]})
