"""Each commune lives by the clock and the holidays of its territory."""

from zoneinfo import ZoneInfo

import pytest
from jours_feries_france import JoursFeries

from directory.territories import Gazetteer
from directory.territories.calendars import (
    HOLIDAY_ZONES,
    METROPOLITAN_HOLIDAYS,
    SCHOOL_ZONES,
    TIME_ZONES,
)


@pytest.mark.parametrize(
    ("insee_code", "time_zone", "holiday_zone", "school_zone"),
    [
        ("93010", "Europe/Paris", "Métropole", "C"),
        ("69123", "Europe/Paris", "Métropole", "A"),
        ("59350", "Europe/Paris", "Métropole", "B"),
        ("67482", "Europe/Paris", "Alsace-Moselle", "B"),
        ("57463", "Europe/Paris", "Alsace-Moselle", "B"),
        ("2A004", "Europe/Paris", "Métropole", None),
        ("97411", "Indian/Reunion", "La Réunion", None),
        ("97302", "America/Cayenne", "Guyane", None),
        ("97502", "America/Miquelon", "Saint-Pierre-et-Miquelon", None),
        ("97701", "America/St_Barthelemy", "Saint-Barthélémy", None),
        ("98735", "Pacific/Tahiti", "Polynésie Française", None),
        ("98731", "Pacific/Marquesas", "Polynésie Française", None),
    ],
)
def test_a_commune_knows_its_calendars(
    france: Gazetteer,
    insee_code: str,
    time_zone: str,
    holiday_zone: str,
    school_zone: str | None,
) -> None:
    commune = france.by_insee(insee_code)
    assert commune is not None
    assert commune.time_zone == time_zone
    assert commune.holiday_zone == holiday_zone
    assert commune.school_zone == school_zone


def test_every_metropolitan_departement_but_corsica_has_a_school_zone(france: Gazetteer) -> None:
    departements = {commune.departement for commune in france.communes}
    metropolitan = {code for code in departements if len(code) == 2}
    assert metropolitan - SCHOOL_ZONES.keys() == {"2A", "2B"}
    assert SCHOOL_ZONES.keys() <= metropolitan


def test_every_zone_is_one_the_libraries_know() -> None:
    assert {*HOLIDAY_ZONES.values(), METROPOLITAN_HOLIDAYS} <= set(JoursFeries.ZONES)
    for name in TIME_ZONES.values():
        assert ZoneInfo(name).key == name
