"""How distances, days and numbers are written."""

from datetime import UTC, date, datetime

import pytest

from directory.web.filters import (
    day,
    distance,
    is_web_address,
    kilometres,
    moment,
    short_address,
    weekday,
)


@pytest.mark.parametrize(
    ("metres", "written"),
    [
        (0.0, "à 10 m"),
        (4.0, "à 10 m"),
        (642.4, "à 640 m"),
        (994.0, "à 990 m"),
        (996.0, "à 1 km"),
        (1_240.0, "à 1,2 km"),
        (9_949.0, "à 9,9 km"),
        (9_960.0, "à 10 km"),
        (12_700.0, "à 13 km"),
        (1_234_567.0, "à 1\u202f235 km"),
    ],
)
def test_a_distance_is_as_exact_as_it_is_useful(metres: float, written: str) -> None:
    assert distance(metres) == written


@pytest.mark.parametrize(
    ("metres", "written"),
    [(20.0, "distance inconnue"), (1_200, "à environ 1 km"), (5_600, "à environ 6 km")],
)
def test_a_distance_to_the_middle_of_a_commune_says_so(metres: float, written: str) -> None:
    assert distance(metres, is_approximate=True) == written


def test_a_radius_is_in_kilometres() -> None:
    assert (kilometres(10_000), kilometres(1_500)) == ("10 km", "1,5 km")


def test_a_day_is_in_words() -> None:
    assert day("2026-02-05T09:00:00+01:00") == "5 février 2026"
    assert day(date(2026, 3, 1)) == "1er mars 2026"
    assert weekday(date(2026, 11, 17)) == "mardi 17 novembre"


def test_a_moment_is_told_by_the_clock_of_the_place() -> None:
    at = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)

    assert moment(at) == "29 mars 2026 à 00:30"
    assert moment(at, "America/Martinique") == "28 mars 2026 à 19:30"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "", None, "www.exemple.fr", "data:,x"])
def test_only_addresses_of_the_web_become_links(address: str | None) -> None:
    assert not is_web_address(address)


def test_a_web_address_is_shown_short() -> None:
    assert is_web_address("https://www.exemple.fr/aide/")
    assert short_address("https://www.exemple.fr/aide/") == "www.exemple.fr/aide"
