"""The commune of a point, from the address beside it."""

from dataclasses import replace

import pytest

from directory.errors import InvalidInput, Unavailable
from directory.geo import Position
from directory.geocoding import AddressIndex, AddressMatch, Origin, Precision, locate_point
from tests.geocoding.back_ends import VERDUN, WrittenTable
from tests.territories.places import GAZETTEER

#: In Bondy by the nearest centre; the address beside it is of Saint-Denis in these tests.
POINT = Position(48.904, 2.48)
ACROSS = replace(VERDUN, citycode="93066", position=Position(48.9035, 2.48))


class Deaf(WrittenTable):
    """A source that answers no point."""

    def reverse(self, position: Position) -> AddressMatch | None:
        raise Unavailable("silence")


def origin_at(point: Position, *back_ends: AddressIndex) -> Origin:
    return locate_point(point.latitude, point.longitude, gazetteer=GAZETTEER, back_ends=back_ends)


def test_the_address_beside_a_point_makes_its_commune_certain() -> None:
    origin = origin_at(POINT, WrittenTable([ACROSS]))
    assert (origin.insee_code, origin.insee_code_certain) == ("93066", True)
    assert (origin.position, origin.precision, origin.source) == (POINT, Precision.POINT, "point")


def test_the_street_where_a_person_stands_is_not_told() -> None:
    assert origin_at(POINT, WrittenTable([ACROSS])).label == "Saint-Denis (93)"


@pytest.mark.parametrize(
    "table",
    [
        WrittenTable(matches=()),
        WrittenTable([replace(ACROSS, position=Position(48.9021, 2.48))]),
        WrittenTable([replace(ACROSS, citycode="99999")]),
        WrittenTable([ACROSS], is_outside=True),
        Deaf([ACROSS]),
    ],
)
def test_without_an_address_of_ours_beside_it_the_commune_is_supposed(table: WrittenTable) -> None:
    origin = origin_at(POINT, table)
    assert (origin.insee_code, origin.insee_code_certain) == ("93010", False)


def test_a_source_that_is_down_is_passed_over() -> None:
    assert origin_at(POINT, Deaf(), WrittenTable([ACROSS])).insee_code == "93066"


def test_a_placeholder_is_no_point_whatever_lies_beside_it() -> None:
    with pytest.raises(InvalidInput):
        origin_at(Position(46.227638, 2.213749), WrittenTable([ACROSS]))
