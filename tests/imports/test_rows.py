"""Reading files: sound ones in any usual encoding, broken ones never in part."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInput
from directory.imports.remarks import BrokenFile
from directory.imports.rows import read_file, read_table

COLUMNS = ("key", "name")
SOUND = 'key,name\n1,"Épicerie, à Évry"\n2,Foyer\n'


def names(content: bytes) -> list[str]:
    table = read_table(content, file="liste.csv", columns=COLUMNS)
    return [row.values["name"] for row in table.rows]


@pytest.mark.parametrize(
    "content",
    [
        SOUND.encode(),
        SOUND.encode("utf-8-sig"),
        SOUND.encode("cp1252"),
        SOUND.replace("\n", "\r\n").encode(),
        SOUND.rstrip("\n").encode(),
        SOUND.encode().decode("cp1252").encode(),
    ],
    ids=["utf-8", "bom", "windows-1252", "crlf", "no last newline", "mojibake"],
)
def test_a_sound_file_reads_the_same_in_every_usual_encoding(content: bytes) -> None:
    assert names(content) == ["Épicerie, à Évry", "Foyer"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_found(delimiter: str) -> None:
    assert names(f"key{delimiter}name\n1{delimiter}Foyer\n".encode()) == ["Foyer"]


def test_what_was_put_right_is_told() -> None:
    latin = read_table(SOUND.encode("cp1252"), file="liste.csv", columns=COLUMNS)
    assert [(r.line, r.field) for r in latin.remarks] == [(0, "file")]
    mojibake = SOUND.encode().decode("cp1252").encode()
    repaired = read_table(mojibake, file="liste.csv", columns=COLUMNS)
    assert [(r.line, r.field) for r in repaired.remarks] == [(2, "name")]


def test_accents_that_are_right_are_left_alone() -> None:
    assert names("key,name\n1,SÃO TOMÉ Ã\n".encode()) == ["SÃO TOMÉ Ã"]


def test_accents_are_repaired_where_only_some_are_broken_or_all_twice() -> None:
    content = "key,name\n1,Ã‰picerie à Évry\n2,Foyer de lÃ¢â‚¬â„¢ÃƒÂ©cole\n"
    assert names(content.encode()) == ["Épicerie à Évry", "Foyer de l’école"]


def test_lines_are_those_of_the_file_when_a_cell_has_several() -> None:
    content = b'key,name\n1,"deux\nlignes"\n2,ici\n'
    table = read_table(content, file="liste.csv", columns=COLUMNS)
    assert [row.line for row in table.rows] == [2, 4]


@pytest.mark.parametrize(
    ("content", "line", "field", "words"),
    [
        (b"", 0, "file", "vide"),
        (b"  \n", 0, "file", "vide"),
        (b"PK\x03\x04...", 0, "file", "classeur"),
        (SOUND.encode("utf-16"), 0, "file", "UTF-16"),
        (b"key,name\n1,Foy\0er\n", 2, "name", "octet nul"),
        (b"key;name\n1;Foyer\n\x002;x\n", 3, "key", "octet nul"),
        (b"key,nom\n1,Foyer\n", 1, "name", "colonnes"),
        (b"key,name,name\n1,Foyer,x\n", 1, "name", "deux fois"),
        (b"key,name\n1,Foyer\n2", 3, "key", "milieu de la ligne"),
        (b'key,name\n1,Foyer\n2,"Foy', 3, "file", "milieu de la ligne"),
        (b"key,name\n1,Foyer\n2,\xc3", 3, "file", "milieu de la ligne"),
        (b"key,name\n1\n2,Foyer\n", 2, "key", "cases"),
        (b"key,name\n1,Foyer,Bondy\n2,Foyer\n", 2, "name", "cases"),
        (b'key,name\n1,"Foy"er\n', 2, "file", "CSV"),
        (b"key,name\n1,\x81\xe9\n", 2, "file", "Windows-1252"),
    ],
)
def test_a_broken_file_is_refused_by_line_and_column_with_a_remedy(
    content: bytes, line: int, field: str, words: str
) -> None:
    with pytest.raises(BrokenFile) as refusal:
        names(content)
    assert (refusal.value.line, refusal.value.field) == (line, field)
    assert words in refusal.value.message
    assert refusal.value.remedy


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="ne peut pas être ouvert"):
        read_file(tmp_path / "absent.csv")


@given(st.binary(max_size=300))
@example(b"key;\rname\0")
@example(b"\xef\xbb\xbf")
@example(b"\0")
@settings(max_examples=150, deadline=None)
def test_no_bytes_at_all_make_anything_but_rows_or_a_refusal(content: bytes) -> None:
    for given_bytes in (content, b"key,name\n" + content):
        refusals = []
        try:
            table = read_table(given_bytes, file="liste.csv", columns=COLUMNS)
        except InvalidInput as error:
            refusals.append(error)
        else:
            assert all(row.line > 1 for row in table.rows)
        assert all(error.remedy for error in refusals)
