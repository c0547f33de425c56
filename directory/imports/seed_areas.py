"""The territories a row of our own list names, as codes of areas."""

import re
from collections.abc import Mapping as Values

from directory.i18n import gettext
from directory.imports.mapping import Remarks
from directory.listings.drafts import AreaDraft
from directory.territories import Gazetteer

#: `quartier` names the commune that contains it; the note tells which part.
AREA_KINDS = ("commune", "quartier", "epci", "ept", "departement", "region", "france")

#: Notes of our own list that tell which part of a territory is served, for people.
_PARTS = {
    "Porte Montmartre, Porte des Poissonniers, Goutte d'Or": None,
    "quartier Grand Île (Écoin-Thibaude)": None,
    "QPV Branly-Boissière, Bel Air-Grands Pêcheurs-Ruffins-Le Morillon, "
    "Jean Moulin-Espoir first": "D'abord les QPV Branly-Boissière, Bel Air-Grands Pêcheurs-"
    "Ruffins-Le Morillon, Jean Moulin-Espoir",
    "QPV Franc Moisin-Cosmonautes-Cristino Garcia-Landy": None,
    "QPV Alexandre Dumas": None,
    "QPV Grand Belleville": None,
    "QPV Noyer Doré": None,
    "QPV Stalingrad-Riquet and Michelet-Alphonse Karr-Rue de Nantes": "QPV Stalingrad-Riquet et "
    "Michelet-Alphonse Karr-Rue de Nantes",
    "QPV of the Val-de-Marne, mainly near Rungis": "QPV du Val-de-Marne, surtout près de Rungis",
    'area is "Nord-Est de Paris"': "Nord-Est de Paris",
    'area is "le Vexin", no commune list': "Le Vexin",
    "area also includes the Vexin": "Et le Vexin",
    "limited to the arrondissement de Mantes-la-Jolie": "Arrondissement de Mantes-la-Jolie",
    '"plateau Briard" communes not listed': "Plateau Briard",
    "communes of the boucle nord not listed": "Boucle nord",
    "northern Essonne, communes not listed": "Nord de l'Essonne",
    "north of the département only": "Nord du département seulement",
    "south of the département only": "Sud du département seulement",
    "north of Seine-et-Marne only": "En Seine-et-Marne, le nord seulement",
    "villages more than 30 km from Étampes, not listed": "Villages à plus de 30 km d'Étampes",
    "two QPV, names not given": "Deux quartiers prioritaires, sans leur nom",
}


def areas(
    gazetteer: Gazetteer, values: Values[str, str], remarks: Remarks
) -> tuple[AreaDraft, ...]:
    """Return the areas of a row, each once; a code that nobody knows is told and left out."""
    kind = values["area_kind"]
    if kind == "france":
        return (AreaDraft("france:FR"),)
    note = _part(kind, values["note"])
    found: dict[str, AreaDraft] = {}
    for code in re.findall(r"[0-9A-Za-z]+", values["area_codes"]):
        area = _area_code(gazetteer, kind, code)
        if area is None:
            remarks.doubt(
                "area_codes",
                code,
                gettext("Ce territoire est inconnu."),
                gettext("Le service ne le couvre pas ; corrigez le code."),
            )
        else:
            found.setdefault(area, AreaDraft(area, note))
    return tuple(found.values())


def _area_code(gazetteer: Gazetteer, kind: str, code: str) -> str | None:
    if kind in ("commune", "quartier"):
        commune = gazetteer.by_insee(code)
        return None if commune is None else f"commune:{commune.insee_code}"
    # Plaine Commune and its like are EPT, though people call them EPCI.
    kinds = ("epci", "ept") if kind in ("epci", "ept") else (kind,)
    known = (f"{one}:{code}" for one in kinds)
    return next((area for area in known if gazetteer.area_label(area)), None)


def _part(kind: str, note: str) -> str | None:
    """Return which part of the territory is served, None when it is the whole."""
    segments = [segment.strip() for segment in note.split(";")]
    told = [_PARTS[segment] or segment for segment in segments if segment in _PARTS]
    if kind == "quartier" and not told:
        return note or None
    return " ; ".join(told) or None
