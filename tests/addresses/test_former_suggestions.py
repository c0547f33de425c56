"""Streets of one name in communes that merged can be told apart in the list, and chosen."""

from sqlalchemy.orm import Session, sessionmaker

from directory.addresses.table import AddressTable
from directory.geo import Position
from directory.geocoding import Origin, locate
from directory.geocoding.suggesting import suggest
from directory.territories import Gazetteer
from directory.territories.sources import bundled
from tests.addresses.factories import store_streets

CHEMILLE = Position(47.212, -0.728)
VALANJOU = Position(47.218, -0.606)


def test_streets_of_merged_communes_are_told_apart(session: Session) -> None:
    france = Gazetteer(bundled().communes)
    town = (session, "49092", "49120", "Chemillé-en-Anjou", {"Rue de la Paix": ["3"]})
    store_streets(*town, near=CHEMILLE)
    store_streets(*town, near=VALANJOU, former_city="Valanjou")
    inside = sessionmaker(session.connection(), join_transaction_mode="create_savepoint")
    table = AddressTable(inside)

    found = suggest("3 rue de la paix", gazetteer=france, back_ends=[table], own_insee="49092")

    shown = {one.label: one.context for one in found}
    assert shown == {
        "3 Rue de la Paix 49120 Chemillé-en-Anjou": "49120 Chemillé-en-Anjou",
        "3 Rue de la Paix 49120 Valanjou": "49120 Valanjou, Chemillé-en-Anjou",
    }
    origin = locate(
        "3 Rue de la Paix 49120 Valanjou",
        gazetteer=france,
        back_ends=[table],
        insee_code="49092",
    )
    assert isinstance(origin, Origin)
    assert origin.position == VALANJOU
