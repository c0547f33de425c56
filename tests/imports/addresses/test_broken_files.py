"""A file that is not whole or not the right one is refused, and the old edition still answers."""

import gzip
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.addresses.models import Address
from directory.errors import InvalidInput
from directory.imports.addresses.pipeline import import_file
from directory.imports.remarks import BrokenFile
from tests.imports.addresses.factories import HEADER, line, street, text, write

WHOLE = text(*street(200))
LARGE = text(*(row for n in range(60) for row in street(200, nom_voie=f"Rue {n}")))

#: What the file holds, the line told (0: the file as a whole), the column, a word of the message.
BROKEN: dict[str, tuple[bytes, int, str, str]] = {
    "empty": (b"", 0, "file", "vide"),
    "empty, packed": (gzip.compress(b""), 0, "file", "vide"),
    "only a header": (text().encode(), 1, "file", "aucune adresse"),
    "blank lines": (b"\n\n\n", 1, "id", "colonnes"),
    "cut archive": (gzip.compress(LARGE.encode())[:-200], 1, "file", "tronqué"),
    "archive without its sum": (gzip.compress(WHOLE.encode())[:-4], 1, "file", "tronqué"),
    "damaged archive": (
        gzip.compress(WHOLE.encode())[:300] + bytes(40) + gzip.compress(WHOLE.encode())[340:],
        1, "file", "abîmé",
    ),
    "cut line": (WHOLE.encode()[:-60], 201, "", "au milieu"),
    "cut letter": (WHOLE.encode() + "é".encode()[:1], 202, "file", "au milieu"),
    "unfinished quotes": (text(*street(3), '"93010').encode(), 5, "file", "au milieu"),
    "stray quotes": (text(*street(3), '"93"010;', *street(3)).encode(), 5, "file", "CSV"),
    "missing columns": (
        "\n".join(";".join(row.split(";")[:12]) for row in WHOLE.splitlines()).encode(),
        1, "lon", "lon, lat",
    ),
    "twice a column": (WHOLE.replace("alias", "lat").encode(), 1, "lat", "deux fois"),
    "commas": (WHOLE.replace(";", ",").encode(), 1, "file", "virgules"),
    "tabs": (WHOLE.replace(";", "\t").encode(), 1, "file", "tabulations"),
    "a workbook": (b"PK\x03\x04" + bytes(100), 1, "file", "classeur"),
    "UTF-16": (WHOLE.encode("utf-16"), 1, "file", "UTF-16"),
    "Latin-1": (
        text(*street(3), line(nom_voie="Allée")).encode("latin-1"), 5, "file", "UTF-8"
    ),
    "a NUL byte": (text(*street(3), line(nom_voie="a\0b")).encode(), 5, "file", "nul"),
    "another format": (b'{"type": "FeatureCollection"}', 1, "id", "colonnes"),
    "two départements": (
        text(*street(3), line(code_insee="75118", lon=2.34)).encode(), 5, "code_insee", "75118"
    ),
    "shifted columns": (
        "\n".join([HEADER, *(";" + row[: row.rindex(";")] for row in street(40))]).encode(),
        2, "id", "5 %",
    ),
    "one row in ten": (
        text(*street(18), line(lon=0, lat=0, id="x"), line(lat="", id="y")).encode(),
        20, "lon", "5 %",
    ),
}  # fmt: skip


@pytest.fixture
def old_edition(base: Session, tmp_path: Path, at: datetime) -> Callable[[], list[int]]:
    """Two addresses loaded from an earlier file; gives what is loaded now."""
    import_file(base, write(tmp_path / "adresses-93-2026-01-01.csv", *street(2)), at=at)
    return lambda: list(base.scalars(select(Address.number).order_by(Address.number)))


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_line_column_and_remedy(
    base: Session, tmp_path: Path, at: datetime, old_edition: Callable[[], list[int]], case: str
) -> None:
    content, line_told, column, word = BROKEN[case]
    path = tmp_path / "adresses-93.csv"
    path.write_bytes(content)
    with pytest.raises(BrokenFile, match=word) as refusal, base.begin_nested():
        import_file(base, path, at=at)
    if "tronqué" not in word and "abîmé" not in word:
        assert refusal.value.line == line_told
    if column:
        assert refusal.value.field == column
    assert refusal.value.remedy
    assert old_edition() == [1, 2]


def test_a_cut_archive_tells_how_far_it_could_be_read(
    base: Session, tmp_path: Path, at: datetime
) -> None:
    path = tmp_path / "adresses-93.csv.gz"
    path.write_bytes(gzip.compress(LARGE.encode())[:-200])
    with pytest.raises(BrokenFile) as refusal:
        import_file(base, path, at=at)
    assert refusal.value.line > 1


def test_two_départements_are_told_with_both_lines(
    base: Session, tmp_path: Path, at: datetime
) -> None:
    path = write(tmp_path / "a.csv", *street(3), line(code_insee="2A004"))
    with pytest.raises(BrokenFile) as refusal:
        import_file(base, path, at=at)
    assert refusal.value.message == (
        "Ligne 5 : la commune 2A004 est du département 2A, celle de la ligne 2 est du 93."
    )


def test_a_file_with_too_many_refused_rows_tells_the_first(
    base: Session, tmp_path: Path, at: datetime
) -> None:
    path = write(tmp_path / "a.csv", *street(9), line(lat="", id="x"))
    with pytest.raises(BrokenFile) as refusal:
        import_file(base, path, at=at)
    told = refusal.value.message
    assert "Lignes refusées : 1 sur 10" in told
    assert "ligne 11, colonne « lat »" in told


@pytest.mark.parametrize("name", ["absent.csv", "."])
def test_what_is_no_file_is_refused(base: Session, tmp_path: Path, at: datetime, name: str) -> None:
    with pytest.raises(InvalidInput, match="ouvert"):
        import_file(base, tmp_path / name, at=at)
