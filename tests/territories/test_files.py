"""Reading tables of communes: the two formats, and every way in which a file can be broken."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from directory.errors import InvalidInput
from directory.geo import Position
from directory.territories import Box, Kind
from directory.territories.sources import bundled, read_content, read_file

HEADER = "code,nom,type,departement,region,epci,codes_postaux,population,lon,lat,bbox,anciens_codes"
BONDY = "93010,Bondy,commune,93,11,200054781,93140,50595,2.485,48.904,2.469 48.887 2.5 48.92,75010"
LYON_3 = "69383,Lyon 3e Arrondissement,arrondissement,69,84,200046977,69003,101000,4.87,45.75,,"
CELLES = "15031,Celles,commune,15,84,200066637,15170,217,,,,"

RECORD: dict[str, Any] = {
    "nom": "Bondy",
    "code": "93010",
    "centre": {"type": "Point", "coordinates": [2.485, 48.904]},
    "codesPostaux": ["93140"],
    "population": 50595,
    "codeEpci": "200054781",
    "codeDepartement": "93",
    "codeRegion": "11",
    "bbox": {
        "type": "Polygon",
        "coordinates": [
            [[2.469, 48.887], [2.5, 48.887], [2.5, 48.92], [2.469, 48.92], [2.469, 48.887]]
        ],
    },
}


def csv_file(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode() + b"\n"


def json_file(**changes: object) -> bytes:
    return json.dumps([{**RECORD, **changes}]).encode()


def test_our_csv_is_read() -> None:
    bondy, lyon_3 = read_content(csv_file(BONDY, LYON_3), name="essai.csv").communes
    assert (bondy.insee_code, bondy.name, bondy.population) == ("93010", "Bondy", 50595)
    assert bondy.position == Position(48.904, 2.485)
    assert bondy.box == Box(2.469, 48.887, 2.5, 48.92)
    assert bondy.former_codes == ("75010",)
    assert not bondy.is_approximate
    assert (lyon_3.kind, lyon_3.city_code, lyon_3.box) == (Kind.ARRONDISSEMENT, "69123", None)


def test_the_government_api_is_read() -> None:
    (bondy,) = read_content(json_file(), name="communes.json").communes
    assert bondy.position == Position(48.904, 2.485)
    assert bondy.box == Box(2.469, 48.887, 2.5, 48.92)
    assert (bondy.departement, bondy.region, bondy.postal_codes) == ("93", "11", ("93140",))


def test_an_overseas_collectivity_without_region_stands_for_its_own() -> None:
    content = json_file(code="97701", codeDepartement=None, codeRegion=None, codeEpci=None)
    (commune,) = read_content(content, name="communes.json").communes
    assert (commune.departement, commune.region, commune.epci) == ("977", "977", None)


def test_what_official_files_leave_out_is_completed() -> None:
    bondy, celles = read_content(csv_file(BONDY, CELLES), name="essai.csv").communes
    assert bondy.ept == "200057875"
    assert celles.is_approximate
    assert celles.position is not None


def test_a_compressed_file_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    packed = tmp_path / "communes.csv.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + csv_file(BONDY)))
    table = read_file(packed)
    assert [commune.name for commune in table.communes] == ["Bondy"]
    assert table.source.name == "communes.csv.gz"
    assert len(table.source.sha256) == 64


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "vide"),
        (b" \n ", "vide"),
        (HEADER.encode(), "aucune commune"),
        (b"code,nom\n93010,Bondy\n", "Il manque ces colonnes : type, departement"),
        (csv_file(BONDY).replace(b",", b";"), "Il manque ces colonnes"),
        (csv_file(BONDY, "93066,Saint-De"), "Ligne 3 : elle n'a pas autant de cases"),
        (csv_file(BONDY, BONDY + ",trop"), "Ligne 3 : elle n'a pas autant de cases"),
        (csv_file(BONDY, BONDY), "Ligne 3 : le code « 93010 » est déjà à la ligne 2"),
        (csv_file(BONDY) + 'x,"jamais fermé'.encode(), "Ligne"),
        (csv_file(BONDY).replace(b"Bondy", b"Bond\xe9"), "Ligne 2 : le texte n'est pas en UTF-8"),
        (gzip.compress(csv_file(BONDY))[:-20], "tronqué"),
        (b"\x1f\x8b\x08garbage", "tronqué"),
        (b"[", "JSON complet"),
        (json_file()[:-9], "JSON complet"),
        (b"[" * 100_000, "JSON complet"),
        (b'{"communes": []}', "pas une liste"),
        (b"[1, 2]", "pas une liste"),
        (b"[]", "Il manque ces champs"),
        (b'[{"nom": "Bondy", "code": "93010"}]', "Il manque ces champs : centre, codesPostaux"),
    ],
)
def test_a_broken_file_is_refused_with_its_cause(content: bytes, told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as refusal:
        read_content(content, name="essai")
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("code", "93010,", "9301,"),
        ("nom", "Bondy", " "),
        ("type", ",commune,", ",village,"),
        ("departement", ",93,", ",Seine,"),
        ("codes_postaux", "93140", "9314O"),
        ("population", "50595", "-3"),
        ("population", "50595", "1e400"),
        ("lon", "2.485", "nan"),
        ("lat", "48.904", "148.9"),
        ("lat", "48.904", "48°54"),
        ("bbox", "2.469 48.887 2.5 48.92", "2.5 48.887"),
        ("bbox", "2.469 48.887 2.5 48.92", "2.9 48.887 2.5 48.92"),
        ("anciens_codes", "75010", "75O10"),
    ],
)
def test_a_bad_cell_is_named_with_its_line(column: str, good: str, bad: str) -> None:
    content = csv_file(LYON_3, BONDY.replace(good, bad, 1))
    with pytest.raises(InvalidInput, match="Ligne 3") as refusal:
        read_content(content, name="essai.csv")
    assert refusal.value.field == column
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "93"),
        ("code", 93010.5),
        ("nom", ""),
        ("codesPostaux", ["x"]),
        ("population", "beaucoup"),
        ("centre", {"type": "Point"}),
        ("centre", "Bondy"),
        ("centre", {"coordinates": [2.4, "nan"]}),
        ("bbox", {"coordinates": [[[1]]]}),
        ("bbox", {"coordinates": []}),
        ("type", "hameau"),
    ],
)
def test_a_bad_field_of_the_api_is_named_with_its_rank(field: str, value: object) -> None:
    with pytest.raises(InvalidInput, match="Commune n° 1") as refusal:
        read_content(json_file(**{field: value}), name="communes.json")
    assert refusal.value.field == field


def test_a_bomb_of_zeros_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(InvalidInput, match="trop gros"):
        read_content(gzip.compress(b"0" * 100_000_001, compresslevel=1), name="bombe.csv.gz")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="ne peut pas être ouvert"):
        read_file(tmp_path / "absent.csv")


def test_the_bundled_table_is_whole() -> None:
    communes = bundled().communes
    placed = [c for c in communes if not c.is_approximate and c.position]
    inhabitants = sum(c.population or 0 for c in communes if not c.city_code)
    assert len(communes) == 35_014
    assert sum(c.kind is Kind.ARRONDISSEMENT for c in communes) == 45
    assert len(placed) > 13_500
    assert sum(c.population or 0 for c in placed if not c.city_code) > 0.85 * inhabitants
    assert all(c.position for c in communes if c.departement not in {"984", "989"})
