"""What is said of each address of a file: where it lies, how surely, and why not better."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from directory.addresses.reading import readings
from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding import Precision
from directory.geocoding.asking import Answer, Found
from directory.geocoding.batch import StatedAddress, ask_many, street_in
from directory.geocoding.communes import SOURCE
from directory.geocoding.typed import names_a_street, read_address, readable
from directory.i18n import gettext
from directory.imports.geocoding.stating import (
    StatedCommune,
    stated_commune,
    unknown_commune,
    whole_code,
)
from directory.listings.placing import AddressSources
from directory.territories import Commune
from directory.territories.words import fold


class Outcome(StrEnum):
    """What became of an address, for the summary."""

    HOUSENUMBER = "housenumber"
    #: A street or a hamlet.
    STREET = "street"
    COMMUNE = "commune"
    REVIEW = "review"
    #: No position at all.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileAddress:
    """The cells of a row that tell an address; those that the file lacks are empty."""

    address: str
    postcode: str = ""
    insee_code: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What a row is given besides its own cells."""

    outcome: Outcome
    reason: str
    position: Position | None = None
    precision: str = ""
    score: float | None = None
    label: str = ""
    insee_code: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class _Question:
    """A row understood: its commune, and its street when it can be asked for."""

    stated: StatedCommune
    street: str = ""
    #: Tells two streets of one name apart.
    postcode: str | None = None
    #: Why there is no street to ask for.
    problem: str = ""

    @property
    def address(self) -> StatedAddress | None:
        """What is asked, None when there is nothing to ask for."""
        if not self.street or self.stated.commune is None:
            return None
        return StatedAddress(self.street, self.stated.commune, self.postcode)


class Answers:
    """Answers addresses lot by lot; `covered` are the communes whose streets are loaded."""

    def __init__(self, sources: AddressSources, covered: AbstractSet[str]) -> None:
        self._sources = sources
        self._covered = covered
        self._is_alone = len(sources.back_ends) <= 1
        # A list of addresses has the same few communes again and again.
        self._stated = lru_cache(maxsize=4096)(self._stated_by_columns)

    def of(self, addresses: Sequence[FileAddress]) -> list[FileAnswer]:
        """Return the answer to each address, in the order given; equal ones are asked once."""
        questions = [self._question(address) for address in addresses]
        every = (question.address for question in questions)
        asked = list(dict.fromkeys(address for address in every if address is not None))
        gazetteer, back_ends = self._sources.gazetteer, self._sources.back_ends
        told = dict(zip(asked, ask_many(asked, gazetteer, back_ends), strict=True))
        return [self._answer(question, told) for question in questions]

    def _stated_by_columns(self, insee_code: str, postcode: str, city: str) -> StatedCommune:
        return stated_commune(
            self._sources.gazetteer, insee_code=insee_code, postcode=postcode, city=city
        )

    def _question(self, address: FileAddress) -> _Question:
        """Understand a row: the commune of its columns, else of the end of its address."""
        try:
            text = readable(address.address) if address.address.strip() else ""
        except InvalidInput as error:
            text, problem = "", gettext("adresse illisible : %(why)s", why=error.message)
        else:
            problem = "" if text else gettext("adresse vide")
        if address.insee_code or address.postcode or address.city:
            stated = self._stated(address.insee_code, address.postcode, address.city)
            if stated.commune is None or not text:
                return _Question(stated, problem=problem)
            gazetteer = self._sources.gazetteer
            postcode = whole_code(address.postcode) or read_address(text, gazetteer).postcode
            return _Question(stated, street_in(text, stated.commune, gazetteer), postcode)
        return self._of_whole_text(text, problem)

    def _of_whole_text(self, text: str, problem: str) -> _Question:
        if not text:
            return _Question(unknown_commune(), problem=problem)
        gazetteer = self._sources.gazetteer
        address = read_address(text, gazetteer)
        found, street = address.place, address.street
        if not found.choices and not names_a_street(text):
            found, street = gazetteer.resolve(text), ""
        if found.chosen is None:
            several = gettext("plusieurs communes possibles : précisez")
            return _Question(StatedCommune(None, several) if found.choices else unknown_commune())
        problem = "" if street else gettext("pas de rue dans l'adresse")
        return _Question(StatedCommune(found.chosen.commune), street, address.postcode, problem)

    def _answer(self, question: _Question, told: Mapping[StatedAddress, Answer]) -> FileAnswer:
        commune, doubt = question.stated.commune, question.stated.doubt
        if commune is None:
            # An empty or unreadable address says more than the commune it lacks.
            return FileAnswer(Outcome.FAILED, question.problem or doubt or "")
        address = question.address
        answer = told.get(address) if address else None
        if answer is not None and answer.found is not None:
            given = at_address(answer.found, question.street)
        else:
            given = at_centre(commune, question.problem or self._why_not_found(commune, answer))
        if doubt is None or given.position is None:
            return given
        return replace(given, outcome=Outcome.REVIEW, reason=f"{doubt} ; {given.reason}")

    def _why_not_found(self, commune: Commune, answer: Answer | None) -> str:
        if answer is None or not answer.was_answered:
            return gettext("service d'adresses sans réponse")
        if self._is_alone and commune.insee_code not in self._covered:
            return gettext("aucune adresse chargée pour cette commune")
        return gettext("rue non trouvée")


def at_address(found: Found, street: str) -> FileAnswer:
    """Return an address that was found, with what is not quite as asked."""
    match = found.match
    is_house = match.type is Precision.HOUSENUMBER
    outcome = Outcome.HOUSENUMBER if is_house else Outcome.STREET
    reason = _how_found(match.type, has_number=_has_number(street))
    if found.needs_review:
        outcome = Outcome.REVIEW
        reason = gettext("à vérifier : l'adresse trouvée ressemble seulement ; %(how)s", how=reason)
    return FileAnswer(
        outcome=outcome,
        reason=reason,
        position=match.position,
        precision=match.type.value,
        score=match.score,
        label=match.label,
        insee_code=match.citycode,
        source=found.source,
    )


def at_centre(commune: Commune, why: str) -> FileAnswer:
    """Return the centre of a commune for want of an address, or its code when it has none."""
    if commune.position is None:
        reason = gettext("%(why)s, et le centre de la commune est inconnu", why=why)
        return FileAnswer(Outcome.FAILED, reason, label=commune.name, insee_code=commune.insee_code)
    reason = (
        gettext("%(why)s : position approximative de la commune", why=why)
        if commune.is_approximate
        else gettext("%(why)s : centre de la commune", why=why)
    )
    precision = Precision.APPROXIMATE if commune.is_approximate else Precision.MUNICIPALITY
    return FileAnswer(
        outcome=Outcome.COMMUNE,
        reason=reason,
        position=commune.position,
        precision=precision.value,
        label=commune.name,
        insee_code=commune.insee_code,
        source=SOURCE,
    )


def _how_found(precision: Precision, *, has_number: bool) -> str:
    if precision is Precision.HOUSENUMBER:
        return gettext("numéro trouvé")
    if precision is Precision.LOCALITY:
        return gettext("lieu-dit trouvé")
    if has_number:
        return gettext("numéro absent : numéro le plus proche")
    return gettext("rue trouvée, adresse sans numéro")


def _has_number(street: str) -> bool:
    """Say whether an address gives a house number, and not only a date: « 8 mai 1945 »."""
    ways = readings(fold(street))
    return bool(ways) and ways[0].number is not None
