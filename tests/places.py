"""Named places with their true coordinates (centres of communes), for tests to search from."""

from directory.geo import Position

BONDY = Position(48.902, 2.483)
PARIS_18 = Position(48.892, 2.345)
LYON_3 = Position(45.759, 4.853)
RENNES = Position(48.112, -1.681)
AURILLAC = Position(44.930, 2.444)
AJACCIO = Position(41.927, 8.737)
SAINT_DENIS_REUNION = Position(-20.936, 55.447)
CAYENNE = Position(4.937, -52.326)
FORT_DE_FRANCE = Position(14.641, -61.070)
STRASBOURG = Position(48.571, 7.767)
LILLE = Position(50.632, 3.048)
MARSEILLE = Position(43.296, 5.381)

#: The same by INSEE code.
BY_INSEE: dict[str, Position] = {
    "93010": BONDY,
    "75118": PARIS_18,
    "69383": LYON_3,
    "35238": RENNES,
    "15014": AURILLAC,
    "2A004": AJACCIO,
    "97411": SAINT_DENIS_REUNION,
    "97302": CAYENNE,
    "97209": FORT_DE_FRANCE,
    "67482": STRASBOURG,
    "59350": LILLE,
    "13055": MARSEILLE,
}
