"""A file of addresses with positions: every row kept, never another town, whole or not at all."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from directory.errors import Conflict, FanalError, InvalidInput
from directory.geo import Position
from directory.geocoding import AddressMatch, Precision
from directory.imports.geocoding.answering import Outcome
from directory.imports.geocoding.columns import Columns, find_columns
from directory.imports.geocoding.run import ADDED, Summary
from directory.imports.geocoding.writing import output_beside
from directory.imports.remarks import BrokenFile
from tests.geocoding.back_ends import VERDUN, Silence, WrittenTable
from tests.imports.geocoding import Geocoding


@pytest.fixture
def geocoding(tmp_path: Path) -> Geocoding:
    return Geocoding(tmp_path)


def rows_of(geocoding: Geocoding, *rows: str) -> list[dict[str, str]]:
    return geocoding("\n".join(["adresse;code_postal;code_insee;commune", *rows, ""]))


def test_each_row_is_given_its_position_and_the_reason(geocoding: Geocoding) -> None:
    (row,) = rows_of(geocoding, "12 rue de Verdun;93140;93010;Bondy")
    assert row == {
        "adresse": "12 rue de Verdun",
        "code_postal": "93140",
        "code_insee": "93010",
        "commune": "Bondy",
        "latitude": "48.902100",
        "longitude": "2.480100",
        "precision": "housenumber",
        "score": "0.96",
        "reason": "numéro trouvé",
        "label": VERDUN.label,
        "insee_code": "93010",
        "source": "written",
    }


@pytest.mark.parametrize(
    ("change", "address", "outcome", "reason"),
    [
        ({}, "12 rue de Verdun", Outcome.HOUSENUMBER, "numéro trouvé"),
        ({"type": Precision.STREET}, "13 rue de Verdun", Outcome.STREET,
         "numéro absent : numéro le plus proche"),
        ({"type": Precision.STREET}, "rue de Verdun", Outcome.STREET,
         "rue trouvée, adresse sans numéro"),
        ({"type": Precision.STREET}, "8 mai 1945", Outcome.STREET,
         "rue trouvée, adresse sans numéro"),
        ({"type": Precision.LOCALITY}, "Le Mouchet", Outcome.STREET, "lieu-dit trouvé"),
        ({"score": 0.79}, "12 rue de Verdin", Outcome.REVIEW, "à vérifier"),
        ({"score": 0.5}, "12 rue de Verdin", Outcome.REVIEW, "à vérifier"),
        ({"score": 0.49}, "12 rue Verte", Outcome.COMMUNE,
         "rue non trouvée : centre de la commune"),
        ({"citycode": "93066"}, "12 rue de Verdun", Outcome.COMMUNE,
         "rue non trouvée : centre de la commune"),
        ({"type": Precision.MUNICIPALITY}, "12 rue de Verdun", Outcome.COMMUNE, "rue non trouvée"),
        ({}, "", Outcome.COMMUNE, "adresse vide : centre de la commune"),
        ({}, "🙂", Outcome.COMMUNE, "adresse illisible"),
        ({}, "x" * 500, Outcome.COMMUNE, "adresse illisible"),
    ],
)  # fmt: skip
def test_the_acceptance_rules_decide(
    geocoding: Geocoding, change: dict[str, object], address: str, outcome: Outcome, reason: str
) -> None:
    geocoding.back_ends = [WrittenTable([replace(VERDUN, **change)])]  # type: ignore[arg-type]
    (row,) = rows_of(geocoding, f"{address};93140;93010;Bondy")
    assert row["reason"].startswith(reason)
    assert geocoding.summary == Summary({outcome: 1})
    if outcome is Outcome.COMMUNE:
        assert (row["latitude"], row["longitude"]) == ("48.904000", "2.485000")
        assert (row["precision"], row["score"], row["source"]) == ("municipality", "", "communes")


@pytest.mark.parametrize(
    ("commune", "insee_code", "reason"),
    [
        (";93010;", "93010", "numéro trouvé"),
        ("75018;93010;Paris", "93010", "numéro trouvé"),
        ("93140;;", "93010", "numéro trouvé"),
        ("93140;;Rennes", "93010", "à vérifier : le nom de la commune n'est pas celui du code"),
        ("93145;;Bondy Cedex", "93010", "numéro trouvé"),
        (";;Bondy", "93010", "numéro trouvé"),
        (";;Bonndy", "93010", "à vérifier : commune devinée, Bondy (93)"),
        (";75010;", "93010", "numéro trouvé"),
        ("93140;99999;Bondy", "93010", "à vérifier : code INSEE inconnu"),
        ("93140;99999;", "", "commune inconnue : code INSEE « 99999 »"),
        ("99999;;Bondy", "", "commune inconnue : code postal « 99999 »"),
        ("abc;;Bondy", "", "commune inconnue : code postal « abc »"),
        (";;Saint-Denis", "", "plusieurs communes de ce nom"),
        (";;Nulle-Part", "", "commune inconnue"),
        (";;", "", "commune inconnue"),
    ],
)
def test_the_insee_code_wins_over_the_postal_code_and_it_over_the_name(
    geocoding: Geocoding, commune: str, insee_code: str, reason: str
) -> None:
    (row,) = rows_of(geocoding, f"12 rue de Verdun;{commune}")
    assert row["insee_code"] == insee_code
    assert row["reason"].startswith(reason)
    failed = geocoding.summary[Outcome.FAILED]
    assert failed == (row["latitude"] == "") == (not insee_code)


@pytest.mark.parametrize(
    ("address", "insee_code", "reason"),
    [
        ("12 rue de Verdun 93140 Bondy", "93010", "numéro trouvé"),
        ("12 rue de Verdun, Bondy", "93010", "numéro trouvé"),
        ("93140 Bondy", "93010", "pas de rue dans l'adresse : centre de la commune"),
        ("Bondy", "93010", "pas de rue dans l'adresse : centre de la commune"),
        ("12 rue de Verdun", "", "commune inconnue"),
        ("rue de la République, Saint-Denis", "", "plusieurs communes possibles"),
        ("", "", "adresse vide"),
    ],
)
def test_without_a_column_the_commune_is_read_at_the_end_of_the_address(
    geocoding: Geocoding, address: str, insee_code: str, reason: str
) -> None:
    (row,) = geocoding(f'adresse\n"{address}"\n')
    assert (row["adresse"], row["insee_code"]) == (address, insee_code)
    assert row["reason"].startswith(reason)


def test_without_streets_the_centre_of_the_commune_is_told(geocoding: Geocoding) -> None:
    geocoding.back_ends = [WrittenTable(matches=())]
    lyon, celles = rows_of(geocoding, "1 rue X;;69383;", "1 rue X;;15031;")
    reason = "aucune adresse chargée pour cette commune"
    assert lyon["reason"] == f"{reason} : centre de la commune"
    assert celles["reason"] == f"{reason}, et le centre de la commune est inconnu"
    assert (celles["latitude"], celles["insee_code"]) == ("", "15031")


def test_a_silent_service_is_no_missing_street(geocoding: Geocoding) -> None:
    geocoding.back_ends = [WrittenTable(matches=()), Silence()]
    (row,) = rows_of(geocoding, "12 rue de Verdun;;93010;")
    assert row["reason"] == "service d'adresses sans réponse : centre de la commune"


def test_every_row_and_column_is_kept_in_its_order(geocoding: Geocoding) -> None:
    lines = [
        "id;adresse;code_insee;latitude;note",
        '1;12 rue de Verdun;93010;49,1;"dit ""le petit"""',
        "",
        "2;1 rue X",
        '3;"12 rue\nde Verdun";93010;;',
        "4;;;;;;;",
    ]
    rows = geocoding("\n".join(lines))
    assert list(rows[0])[:5] == ["id", "adresse", "code_insee", "latitude", "note"]
    assert list(rows[0])[5:] == ["result_latitude", *ADDED[1:]][:8]
    assert [row["id"] for row in rows] == ["1", "", "2", "3", "4"]
    assert (rows[0]["latitude"], rows[0]["note"]) == ("49,1", 'dit "le petit"')
    assert rows[3]["adresse"] == "12 rue\nde Verdun"
    assert [row["reason"] for row in rows[1:]] == [
        "adresse vide", "commune inconnue", "numéro trouvé", "adresse vide",
    ]  # fmt: skip


def test_a_result_made_into_another_keeps_the_first(geocoding: Geocoding) -> None:
    rows_of(geocoding, "12 rue de Verdun;93140;93010;Bondy")
    (row,) = geocoding(geocoding.output.read_bytes())
    assert (row["label"], row["result_label"]) == (VERDUN.label, VERDUN.label)
    assert len(row) == 4 + 2 * len(ADDED)


def test_broken_accents_are_repaired_to_ask_and_kept_as_they_are(geocoding: Geocoding) -> None:
    table = WrittenTable()
    geocoding.back_ends = [table]
    (row,) = rows_of(geocoding, "3 AllÃ©e des PrÃ©s;93140;93010;Bondy")
    assert table.asked == [("3 Allée des Prés", "93010")]
    assert row["adresse"] == "3 AllÃ©e des PrÃ©s"


def test_equal_addresses_are_asked_once(geocoding: Geocoding) -> None:
    table = WrittenTable()
    geocoding.back_ends = [table]
    rows = rows_of(geocoding, *["12 rue de Verdun;93140;93010;Bondy"] * 450)
    assert len(rows) == 450
    assert len(table.asked) == 3, "once in each lot"


class TwoStreets(WrittenTable):
    """A town that has a street of one name in each of two postal codes."""

    def search(self, text: str, **asked: object) -> list[AddressMatch]:
        position = {"20000": Position(41.92, 8.73), "20090": Position(41.94, 8.76)}
        return [
            replace(VERDUN, citycode="2A004", label=code, postcode=code, position=position[code])
            for code in position
        ]


def test_streets_of_one_name_are_told_apart_by_the_postal_code_of_each_row(
    geocoding: Geocoding,
) -> None:
    geocoding.back_ends = [TwoStreets()]
    rows = rows_of(
        geocoding,
        "12 rue de Verdun;20000;2A004;",
        "12 rue de Verdun;20090;2A004;",
        "12 rue de Verdun;20000;2A004;",
        "12 rue de Verdun 20090 Ajaccio;;2A004;",
        "12 rue de Verdun;20 090;;Ajaccio",
    )
    assert [row["label"] for row in rows] == ["20000", "20090", "20000", "20090", "20090"]
    assert {row["reason"] for row in rows} == {"numéro trouvé"}, "none is doubtful"

    (row,) = geocoding('adresse\n"12 rue de Verdun 20090 Ajaccio"\n')
    assert row["label"] == "20090"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_the_result_is_written_as_the_file_was(
    geocoding: Geocoding, delimiter: str, newline: str, bom: bytes
) -> None:
    lines = [
        f"n{delimiter}adresse{delimiter}ville",
        f"é{delimiter}12 rue de Verdun{delimiter}Bondy",
    ]
    geocoding(bom + newline.join([*lines, ""]).encode())
    written = geocoding.output.read_bytes()
    assert written.startswith(bom + f"n{delimiter}adresse{delimiter}ville{delimiter}lat".encode())
    assert written.count(b"\xef\xbb\xbf") == (1 if bom else 0)
    assert written.count(newline.encode()) == written.count(b"\n") == 2
    assert written.endswith(f"written{newline}".encode())


def test_packed_files_are_read_and_written(geocoding: Geocoding) -> None:
    geocoding.input = geocoding.input.with_name("liste.csv.gz")
    geocoding.output = output_beside(geocoding.input)
    assert geocoding.output.name == "liste-positions.csv.gz"
    geocoding.input.write_bytes(gzip.compress(b"adresse;ville\n12 rue de Verdun;Bondy\n"))
    geocoding.run()
    assert b"housenumber" in gzip.decompress(geocoding.output.read_bytes())


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("adresse;code_postal;code_insee;commune", Columns(0, 1, 2, 3)),
        ("ID;Adresse postale;CP;Ville", Columns(1, 2, None, 3)),
        ("lib_fs;adresse;complement_adresse;insee_com;code_postal;lib_com", Columns(1, 4, 3, 5)),
        ("address,postcode,city,citycode", Columns(0, 1, 3, 2)),
        ("nom;Libellé voie;Code commune;Localité", Columns(1, None, 2, 3)),
        ("Adresse", Columns(0)),
    ],
)
def test_usual_columns_are_known_by_their_names(header: str, columns: Columns) -> None:
    delimiter = ";" if ";" in header else ","
    assert find_columns(header.split(delimiter), {}) == columns


def test_columns_can_be_told(geocoding: Geocoding) -> None:
    content = "où;Commune d'accueil;adresse\n12 rue de Verdun;Bondy;x\n"
    (row,) = geocoding(content, address="où", city="commune d’accueil")
    assert row["reason"] == "numéro trouvé"
    with pytest.raises(InvalidInput, match="« ville » n'est pas dans le fichier") as refusal:
        geocoding(content, city="ville")
    assert refusal.value.field == "city"
    with pytest.raises(InvalidInput, match="plusieurs fois"):
        geocoding("adresse;a;a\n1;2;3\n", insee="a")


@pytest.mark.parametrize(
    ("content", "line", "field", "words"),
    [
        (b"", 1, "file", "vide"),
        (b"\n\n", 1, "file", "vide"),
        (b"nom;ville\nx;Bondy\n", 1, "address", "--address"),
        (b"adresse|ville\nx|Bondy\n", 1, "address", "--address"),
        (b"PK\x03\x04", 1, "file", "UTF-8"),
        ("adresse;ville\n".encode("utf-16"), 1, "file", "UTF-16"),
        ("adresse;ville\nx;y\nx;Créteil\n".encode("cp1252"), 3, "ville", "UTF-8"),
        (b"adresse;ville\nx;y\0\n", 2, "ville", "octet nul"),
        (b"adresse;ville\na;b;c\n", 2, "ville", "3 cases, l'en-tête en a 2"),
        (b'adresse;ville\nx;y\nx;"y\n', 3, "file", "guillemet"),
        (b'adresse;ville\n"x"y;z\n', 2, "file", "guillemet"),
        (b"adresse;ville\n" + b"x" * 1_000_001, 2, "file", "trop longue"),
        (gzip.compress(b"adresse;ville\n" + bytes(range(65, 91)) * 9000)[:-20], 2, "file",
         "tronqué"),
        (b"\x1f\x8b" + b"x" * 50, 1, "file", "abîmé"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_line_and_writes_nothing(
    geocoding: Geocoding, content: bytes, line: int, field: str, words: str
) -> None:
    with pytest.raises(BrokenFile) as refusal:
        geocoding(content)
    told = f"{refusal.value.message} {refusal.value.remedy}"
    assert words in told
    assert (refusal.value.line, refusal.value.field) == (line, field)
    assert refusal.value.remedy
    assert [path.name for path in geocoding.input.parent.iterdir()] == ["liste.csv"]


@pytest.mark.parametrize("name", ["absent.csv", "."])
def test_what_is_no_file_is_refused(geocoding: Geocoding, name: str) -> None:
    geocoding.input = geocoding.input.parent / name
    with pytest.raises(InvalidInput, match="ne peut pas être ouvert"):
        geocoding.run()


def test_no_file_is_written_over_least_of_all_the_input(
    geocoding: Geocoding, tmp_path: Path
) -> None:
    geocoding("adresse\n12 rue de Verdun Bondy\n")
    before = geocoding.input.read_bytes(), geocoding.output.read_bytes()
    linked = tmp_path / "lien.csv"
    linked.symlink_to(geocoding.input)
    for target in (geocoding.output, geocoding.input, linked):
        geocoding.output = target
        with pytest.raises(Conflict, match="existe déjà"):
            geocoding.run()
    assert before == (geocoding.input.read_bytes(), (tmp_path / "positions.csv").read_bytes())


def test_a_folder_that_is_not_there_is_told(geocoding: Geocoding, tmp_path: Path) -> None:
    geocoding.input.write_text("adresse\nx\n")
    geocoding.output = tmp_path / "non" / "positions.csv"
    with pytest.raises(FanalError, match="ne peut pas être écrit"):
        geocoding.run()


def test_the_result_may_be_read_by_those_who_may_read_the_file(geocoding: Geocoding) -> None:
    geocoding.input.write_text("adresse\n12 rue de Verdun Bondy\n")
    geocoding.input.chmod(0o640)
    geocoding.run()
    assert geocoding.output.stat().st_mode & 0o777 == 0o640
