"""A handful of true communes, with their codes and centres, for tests that need few."""

from directory.geo import Position
from directory.territories import Box, Commune, Gazetteer, Kind

BONDY = Commune(
    insee_code="93010",
    name="Bondy",
    kind=Kind.COMMUNE,
    departement="93",
    region="11",
    epci="200054781",
    ept="200057875",
    postal_codes=("93140",),
    population=50_595,
    position=Position(48.904, 2.485),
    box=Box(2.469, 48.887, 2.5, 48.92),
    former_codes=("75010",),
)
PARIS = Commune(
    insee_code="75056",
    name="Paris",
    kind=Kind.COMMUNE,
    departement="75",
    region="11",
    epci="200054781",
    postal_codes=tuple(str(75_000 + number) for number in range(1, 21)),
    population=2_103_778,
    position=Position(48.859, 2.347),
    box=Box(2.224, 48.816, 2.47, 48.902),
)
PARIS_18 = Commune(
    insee_code="75118",
    name="Paris 18e Arrondissement",
    kind=Kind.ARRONDISSEMENT,
    departement="75",
    region="11",
    epci="200054781",
    city_code="75056",
    postal_codes=("75018",),
    population=183_127,
    position=Position(48.892, 2.348),
    box=Box(2.326, 48.882, 2.37, 48.902),
)
LYON_3 = Commune(
    insee_code="69383",
    name="Lyon 3e Arrondissement",
    kind=Kind.ARRONDISSEMENT,
    departement="69",
    region="84",
    epci="200046977",
    city_code="69123",
    postal_codes=("69003",),
    population=101_000,
    position=Position(45.753, 4.869),
)
SAINT_DENIS_93 = Commune(
    insee_code="93066",
    name="Saint-Denis",
    kind=Kind.COMMUNE,
    departement="93",
    region="11",
    epci="200054781",
    ept="200057867",
    postal_codes=("93200", "93210", "93380"),
    population=149_077,
    position=Position(48.926, 2.366),
    box=Box(2.333, 48.902, 2.398, 48.95),
    former_codes=("75066", "93059"),
    former_names=("Pierrefitte-sur-Seine",),
)
SAINT_DENIS_974 = Commune(
    insee_code="97411",
    name="Saint-Denis",
    kind=Kind.COMMUNE,
    departement="974",
    region="04",
    epci="249740119",
    postal_codes=("97400", "97417", "97490"),
    population=155_634,
    position=Position(-20.944, 55.444),
    box=Box(55.376, -21.015, 55.513, -20.872),
)
AJACCIO = Commune(
    insee_code="2A004",
    name="Ajaccio",
    kind=Kind.COMMUNE,
    departement="2A",
    region="94",
    epci="242010056",
    postal_codes=("20000", "20090", "20167"),
    population=76_320,
    position=Position(41.923, 8.704),
    former_codes=("20004",),
)
#: One of the four communes whose centre nobody publishes.
CELLES = Commune(
    insee_code="15031",
    name="Celles",
    kind=Kind.COMMUNE,
    departement="15",
    region="84",
    epci="200066637",
    postal_codes=("15170",),
    population=217,
)

SOME_COMMUNES = (
    BONDY,
    PARIS,
    PARIS_18,
    LYON_3,
    SAINT_DENIS_93,
    SAINT_DENIS_974,
    AJACCIO,
    CELLES,
)

GAZETTEER = Gazetteer(SOME_COMMUNES)
