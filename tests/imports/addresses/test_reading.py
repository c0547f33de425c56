"""What becomes of the rows of a file: streets, numbers, localities, and rows that are refused."""

from datetime import date, datetime
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.addresses.loaded import loaded_departments
from directory.addresses.models import Address, Street
from directory.imports.addresses.opening import inspect
from directory.imports.addresses.pipeline import import_file
from directory.territories.actions import replace_communes
from directory.territories.sources import Source
from tests.imports.addresses.conftest import Load, commune
from tests.imports.addresses.factories import HEADER, line, street, text, write


def streets(session: Session) -> list[tuple[str, bool]]:
    query = select(Street.name, Street.is_locality).order_by(Street.id)
    return [(name, is_locality) for name, is_locality in session.execute(query)]


def numbers(session: Session) -> list[tuple[int, str]]:
    query = select(Address.number, Address.repetition).order_by(
        Address.street_id, Address.number, Address.repetition
    )
    return [(number, repetition) for number, repetition in session.execute(query)]


def test_a_row_becomes_a_number_of_a_street(load: Load, base: Session) -> None:
    load(line(numero="0012", rep=" BIS ", nom_voie="Avenue du Gal  de Gaulle"))
    found = base.scalars(select(Street)).one()
    assert (found.name, found.key) == ("Avenue du Gal de Gaulle", "avenue general gaulle")
    assert (found.insee_code, found.city_code, found.postal_code) == ("93010", "93010", "93140")
    assert (found.city, found.former_insee_code, found.former_city) == ("Bondy", None, None)
    assert (found.longitude, found.latitude, found.is_locality) == (2.4801, 48.9021, False)
    assert numbers(base) == [(12, "bis")]


@pytest.mark.parametrize(
    ("insee_code", "city"),
    [("75118", "75056"), ("75101", "75056"), ("75056", "75056")],
)
def test_an_arrondissement_belongs_to_its_city(
    load: Load, base: Session, insee_code: str, city: str
) -> None:
    load(line(code_insee=insee_code, lon=2.34, lat=48.89))
    assert base.scalars(select(Street.city_code)).one() == city


def test_streets_are_told_apart_by_commune_former_commune_postal_code_and_name(
    load: Load, base: Session
) -> None:
    load(
        line(),
        line(numero=2),
        line(code_insee="93066", id="b"),
        line(code_postal="93141", id="c"),
        line(code_insee_ancienne_commune="93999", nom_ancienne_commune="Vieux Bondy", id="d"),
        line(nom_voie="Rue de Metz", id="e"),
    )
    found = base.execute(
        select(Street.insee_code, Street.former_city, Street.postal_code, Street.name)
        .order_by(Street.id)
    ).all()  # fmt: skip
    assert found == [
        ("93010", None, "93140", "Rue de Verdun"),
        ("93066", None, "93140", "Rue de Verdun"),
        ("93010", None, "93141", "Rue de Verdun"),
        ("93010", "Vieux Bondy", "93140", "Rue de Verdun"),
        ("93010", None, "93140", "Rue de Metz"),
    ]


def test_two_spellings_of_one_name_are_one_street(load: Load, base: Session) -> None:
    report = load(line(nom_voie="Allée Pasteur"), line(nom_voie="AllÃ©e Pasteur ", numero=2))
    assert streets(base) == [("Allée Pasteur", False)]
    assert numbers(base) == [(1, ""), (2, "")]
    assert report.repaired == 1


def test_every_street_that_was_repaired_is_counted_whatever_was_broken(load: Load) -> None:
    report = load(
        line(nom_voie="Rue de lâ€™Ourcq"),
        line(nom_voie="Impasse NÂ° 4"),
        line(nom_voie="Cité  São"),
    )
    assert report.repaired == 2


def test_a_row_without_a_real_number_is_no_number(load: Load, base: Session) -> None:
    load(
        *street(3),
        line(numero=5001),
        line(numero=0),
        line(numero=99999),
        line(numero=9999, nom_voie="La Croix Blanche"),
        line(numero="", nom_voie="Le Mas"),
    )
    assert numbers(base) == [(1, ""), (2, ""), (3, "")]
    assert streets(base) == [
        ("Rue de Verdun", False),
        ("La Croix Blanche", True),
        ("Le Mas", True),
    ]


def test_a_commune_may_certify_zero_and_streets_numbered_by_the_metre(
    load: Load, base: Session
) -> None:
    certified = {"certification_commune": 1}
    load(
        line(numero=0, **certified), line(numero=6120, **certified), line(numero=99999, **certified)
    )
    assert numbers(base) == [(0, ""), (6120, "")]


def test_the_named_locality_of_an_address_is_found_too(load: Load, base: Session) -> None:
    load(*street(3, nom_ld="Les Coquetiers"))
    assert streets(base) == [("Rue de Verdun", False), ("Les Coquetiers", True)]
    assert len(numbers(base)) == 3
    assert base.scalars(
        select(Street.longitude).where(Street.is_locality)
    ).one() == pytest.approx(2.4802)  # fmt: skip


def test_a_locality_named_as_a_street_with_numbers_is_not_doubled(
    load: Load, base: Session
) -> None:
    load(
        line(nom_voie="Le Bourg"),
        line(numero=2, nom_ld="le bourg"),
        line(nom_voie="", nom_ld="L'Île"),
    )
    assert streets(base) == [("Le Bourg", False), ("Rue de Verdun", False), ("L'Île", True)]


def test_the_hamlet_of_another_former_commune_stays_beside_the_street_of_its_name(
    load: Load, base: Session
) -> None:
    here = {"code_insee_ancienne_commune": "93901", "nom_ancienne_commune": "Vieux-Bondy"}
    load(line(nom_voie="Le Bourg"), line(numero=2, nom_ld="Le Bourg", **here))
    assert sorted(streets(base)) == [
        ("Le Bourg", False), ("Le Bourg", True), ("Rue de Verdun", False),
    ]  # fmt: skip


def test_the_entrance_of_a_number_counts_before_its_parcel(load: Load, base: Session) -> None:
    report = load(
        line(type_position="segment", lon=2.481, id="a"),
        line(type_position="parcelle", lon=2.482, id="b"),
        line(type_position="entrée", lon=2.483, id="c"),
        line(type_position="", lon=2.484, id="d"),
    )
    assert base.scalars(select(Address.longitude)).one() == 2.483
    assert (report.rows, report.done.addresses, report.done.doubled) == (4, 1, 3)


def test_a_file_may_have_other_columns_and_another_order(
    base: Session, tmp_path: Path, at: datetime
) -> None:
    names, cells = HEADER.split(";")[::-1], line().split(";")[::-1]
    path = tmp_path / "adresses.csv"
    path.write_text(
        "\ufeff" + ";".join(["nouvelle", *(name.upper() for name in names)]) + "\r\n"
        + ";".join(["x", *cells]) + "\r\n\r\n",
        encoding="utf-8",
    )  # fmt: skip
    assert import_file(base, path, at=at).done.addresses == 1


#: A row that is refused: what differs, the column and what is said of it.
REFUSED: list[tuple[dict[str, object], str, str]] = [
    ({"lon": "0", "lat": "0"}, "lon", "loin"),
    ({"lon": "", "lat": ""}, "lon", "décimal"),
    ({"lat": ""}, "lat", "décimal"),
    ({"lon": "2,48"}, "lon", "décimal"),
    ({"lon": "NaN"}, "lon", "loin"),
    ({"lat": "inf"}, "lat", "loin"),
    ({"lat": "43.3"}, "lat", "loin"),
    ({"lon": "48.9", "lat": "2.48"}, "lon", "loin"),
    ({"numero": "douze"}, "numero", "numéro"),
    ({"numero": "-4"}, "numero", "numéro"),
    ({"numero": "٤"}, "numero", "numéro"),
    ({"rep": "b" * 41}, "rep", "répétition"),
    ({"rep": "b\x07"}, "rep", "répétition"),
    ({"nom_voie": "  ", "id": "x"}, "nom_voie", "nom"),
    ({"nom_voie": "", "id": "x"}, "nom_voie", "nom"),
    ({"nom_voie": "r" * 201, "id": "x"}, "nom_voie", "nom"),
    ({"nom_commune": "\u200b"}, "nom_commune", "nom"),
    ({"code_postal": "9314"}, "code_postal", "postal"),
    ({"code_insee": "1004"}, "code_insee", "INSEE"),
    ({"code_insee": "Bondy"}, "code_insee", "INSEE"),
    ({"code_insee_ancienne_commune": "9"}, "code_insee_ancienne_commune", "INSEE"),
    ({"id": ""}, "id", "identifiant"),
]


@pytest.mark.parametrize(("changes", "column", "said"), REFUSED)
def test_a_bad_row_is_refused_told_and_the_others_are_taken(
    load: Load, base: Session, changes: dict[str, object], column: str, said: str
) -> None:
    report = load(
        *street(30), line(numero=31, **changes) if "numero" not in changes else line(**changes)
    )
    assert report.refused == 1
    ((refused_column, reason), count) = report.reasons.most_common()[0]
    assert (refused_column, count) == (column, 1)
    assert said in reason
    (first,) = report.first
    assert (first.line, first.field, first.file) == (32, column, "adresses-93.csv")
    assert len(numbers(base)) == 30
    assert loaded_departments(base)[0].refused == 1


def test_a_row_with_another_number_of_cells_is_refused_with_its_line(load: Load) -> None:
    report = load(
        *street(20), "93010_x;;4", line(numero=21) + ";de trop", *street(20, nom_voie="B")
    )
    assert [(remark.line, remark.value) for remark in report.first] == [
        (22, "3 cases"),
        (23, "24 cases"),
    ]


def test_refused_rows_before_the_first_good_one_are_counted_too(load: Load) -> None:
    report = load(line(code_insee="", id="x"), *street(30))
    assert (report.rows, report.refused, report.first[0].line) == (31, 1, 2)


def test_text_that_means_something_to_a_database_or_a_terminal_stays_text(
    load: Load, base: Session
) -> None:
    name = "Rue \\N %_% [red]'; DROP TABLE street; --"
    load(line(nom_voie=f'"{name}"', id="a"), line(nom_voie='"Rue ""du"" Moulin"', id="b"))
    assert streets(base) == [(name, False), ('Rue "du" Moulin', False)]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("adresses-93-2026-10-01.csv", date(2026, 10, 1)),
        ("adresses-93-2026-13-01.csv", None),
        ("adresses-93.csv", None),
        ("adresses-93.csv.gz", None),
    ],
)
def test_the_day_of_a_file_is_read_in_its_name(tmp_path: Path, name: str, day: date | None) -> None:
    assert inspect(write(tmp_path / name, line())).dated_on == day


def test_lines_are_counted_whether_the_last_one_ends_or_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content in (text(line()), text(line()).rstrip("\n")):
        path.write_text(content, encoding="utf-8")
        assert inspect(path).lines == 2


def test_a_file_of_a_few_communes_says_that_it_replaces_them_all(
    load: Load, base: Session, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = load(line())
    assert (whole.communes, whole.known_communes, whole.is_partial) == (1, 1, False)
    others = [commune(f"9300{n}", f"Commune {n}", "93", 48.9, 2.4) for n in range(1, 4)]
    source = Source("four communes", "test", "0" * 64)
    bondy = commune("93010", "Bondy", "93", 48.902, 2.483)
    replace_communes(base, [bondy, *others], source=source, at=at, accept_fewer=True)
    partial = load(line(), line(numero=2))
    assert partial.is_partial
    partial.show(Console(width=400))
    assert "Communes du fichier : 1 sur 4" in capsys.readouterr().out
