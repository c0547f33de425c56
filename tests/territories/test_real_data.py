"""The whole official table of 2026: what people type for the largest communes is understood."""

from collections import defaultdict
from pathlib import Path

import pytest

from directory.territories import Commune, Gazetteer, Kind
from directory.territories.comparison import compare
from directory.territories.sources import bundled, read_file

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def official(shared_data: Path) -> Gazetteer:
    table = read_file(shared_data / "territories" / "communes_2026.csv.gz")
    return Gazetteer(table.communes)


def test_the_400_largest_communes_are_found_by_their_bare_name(official: Gazetteer) -> None:
    communes = [c for c in official.communes if c.kind is Kind.COMMUNE]
    named: dict[str, list[Commune]] = defaultdict(list)
    for commune in communes:
        named[commune.name].append(commune)
    wrong = []
    for commune in communes[:400]:
        homonyms = named[commune.name]
        bar = (homonyms[0].population or 0) / 10
        has_rival = any((c.population or 0) >= bar for c in homonyms[1:])
        resolution = official.resolve(commune.name)
        offered = [match.commune for match in resolution.choices]
        is_first = offered[:1] == homonyms[:1]
        if not (is_first and commune in offered and (resolution.chosen is None) is has_rival):
            wrong.append(commune.label)
    assert len(wrong) <= 2, wrong


def test_the_label_of_a_commune_means_it_for_certain(official: Gazetteer) -> None:
    """A page that offers choices sends the label back."""
    missed = []
    for commune in official.communes:
        chosen = official.resolve(commune.label).chosen
        if chosen is None or chosen.commune is not commune:
            missed.append(commune.label)
    assert missed == []


def test_every_postal_code_with_its_name_is_certain(official: Gazetteer) -> None:
    """Paris, Lyon and Marseille apart, where a postal code means an arrondissement."""
    cities = {c.city_code for c in official.communes}
    missed = []
    for commune in official.communes:
        for code in commune.postal_codes[:1]:
            chosen = official.resolve(f"{code} {commune.name}").chosen
            is_found = chosen is not None and chosen.commune == commune
            if not is_found and commune.insee_code not in cities:
                missed.append(f"{code} {commune.label}")
    assert missed == []


def test_a_code_beside_the_name_of_another_commune_settles_nothing(official: Gazetteer) -> None:
    resolution = official.resolve("62340 Ardres")
    assert resolution.chosen is None
    assert [match.commune.name for match in resolution.choices] == ["Andres", "Ardres"]


def test_bundled_positions_stay_as_good_as_they_were_measured(official: Gazetteer) -> None:
    comparison = compare(bundled().communes, official.communes)
    assert (comparison.sure.median_m or 0) < 1_000
    assert len(comparison.sure.far) <= 35
    assert (comparison.approximate.median_m or 0) < 7_000
