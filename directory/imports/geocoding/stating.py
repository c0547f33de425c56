"""Which commune a row states: by its INSEE code, else its postal code, else its name, in that
order. A commune that is only guessed is told, so that somebody looks."""

import re
from dataclasses import dataclass

from directory.i18n import gettext
from directory.territories import Commune, Gazetteer, Reason
from directory.territories.query import departements_of_postal_code
from directory.territories.words import place_key

_CODE = re.compile(r"\d{4,5}|2[AB]\d{3}")
_EXACT = frozenset({Reason.NAME, Reason.NAME_WITHOUT_ARTICLE, Reason.FORMER_NAME})

#: Among how many communes of a name the one of a postal code is looked for.
_PROPOSALS = 100


@dataclass(frozen=True, slots=True)
class StatedCommune:
    """The commune of a row, or why there is none."""

    commune: Commune | None
    #: Why there is none, or what makes it doubtful; None when it is sure.
    doubt: str | None = None


def stated_commune(
    gazetteer: Gazetteer, *, insee_code: str, postcode: str, city: str
) -> StatedCommune:
    """Return the commune of a row by what its columns say; any of them may be empty."""
    insee_code, postcode = whole_code(insee_code), whole_code(postcode)
    if insee_code:
        return _by_insee(gazetteer, insee_code, postcode, city)
    if postcode:
        return _by_postcode(gazetteer, postcode, city)
    return _by_name(gazetteer, city)


def unknown_commune() -> StatedCommune:
    """Return that nothing tells the commune."""
    return StatedCommune(None, gettext("commune inconnue"))


def whole_code(text: str) -> str:
    """Return a code with the zero that spreadsheets take away: « 1033 » is 01033."""
    code = text.replace(" ", "").upper()
    return code.zfill(5) if _CODE.fullmatch(code) else text


def _by_insee(gazetteer: Gazetteer, code: str, postcode: str, city: str) -> StatedCommune:
    commune = gazetteer.by_insee(code)
    if commune is not None:
        return StatedCommune(commune)
    # As everywhere else, only the name and the postal code together make up for a wrong code.
    named = [
        commune
        for commune in gazetteer.by_postal_code(postcode)
        if city and place_key(commune.name) == place_key(city)
    ]
    if len(named) == 1:
        doubt = gettext("à vérifier : code INSEE inconnu, commune d'après le nom et le code postal")
        return StatedCommune(named[0], doubt)
    return StatedCommune(None, gettext("commune inconnue : code INSEE « %(code)s »", code=code[:9]))


def _by_postcode(gazetteer: Gazetteer, postcode: str, city: str) -> StatedCommune:
    if not _CODE.fullmatch(postcode):
        told = gettext("commune inconnue : code postal « %(code)s »", code=postcode[:9])
        return StatedCommune(None, told)
    both, alone = gazetteer.resolve(f"{postcode} {city}"), gazetteer.resolve(postcode)
    chosen = both.chosen.commune if both.chosen else None
    is_there = chosen and chosen.departement in departements_of_postal_code(postcode)
    if chosen and is_there and (not city or _is_named(chosen, city, gazetteer)):
        return StatedCommune(chosen)
    if alone.chosen:
        doubt = gettext("à vérifier : le nom de la commune n'est pas celui du code postal")
        return StatedCommune(alone.chosen.commune, doubt)
    if alone.choices:
        return StatedCommune(None, gettext("plusieurs communes ont ce code postal : précisez"))
    return StatedCommune(
        None, gettext("commune inconnue : code postal « %(code)s »", code=postcode)
    )


def _is_named(commune: Commune, city: str, gazetteer: Gazetteer) -> bool:
    """Say whether a commune may be called so: by its name or the beginning of it, a former name,
    one wrong letter, or the name of the city it is an arrondissement of."""
    named = {match.commune.insee_code for match in gazetteer.search(city, _PROPOSALS)}
    return not named.isdisjoint({commune.insee_code, commune.city_code})


def _by_name(gazetteer: Gazetteer, city: str) -> StatedCommune:
    found = gazetteer.resolve(city)
    if found.chosen is None:
        if found.choices:
            return StatedCommune(None, gettext("plusieurs communes de ce nom : précisez"))
        return unknown_commune()
    commune = found.chosen.commune
    if found.chosen.reason in _EXACT:
        return StatedCommune(commune)
    doubt = gettext("à vérifier : commune devinée, %(commune)s", commune=commune.label)
    return StatedCommune(commune, doubt)
