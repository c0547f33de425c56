"""Reading cells: hours, telephones, mail addresses, points."""

from dataclasses import replace

import pytest

from directory.geo import Position
from directory.imports.contacts import dialable, emails, phones
from directory.imports.mapping import Remarks
from directory.imports.places import find_commune, find_position, is_near, points_are_unchecked
from directory.imports.remarks import Severity
from directory.imports.slots import read_slots
from directory.territories import Gazetteer


@pytest.fixture
def remarks() -> Remarks:
    return Remarks("liste.csv", 2)


@pytest.mark.parametrize(
    ("text", "slots", "severities"),
    [
        ("", [], []),
        ("09:00 - 12:00 / 13:30 - 17:00", [(540, 720), (810, 1020)], []),
        ("13:30 - 17:00 / 09:00 - 12:00", [(540, 720), (810, 1020)], []),
        ("9h - 12h30", [(540, 750)], []),
        ("09:00 - 12:00 / 12:00 - 13:00", [(540, 780)], []),
        ("20:00 - 24:00", [(1200, 1440)], []),
        ("00:00 - 00:00", [], ["note"]),
        ("00:00 - 00:00 / 09:00 - 12:00", [(540, 720)], ["note"]),
        ("09:00 - 12:00 / 09:00 - 12:00", [(540, 720)], ["note"]),
        ("09:00 - 16:00 / 13:00 - 17:00", None, ["doubtful"]),
        ("17:00 - 09:00", None, ["doubtful"]),
        ("25:00 - 26:00", None, ["doubtful"]),
        ("09:75 - 10:00", None, ["doubtful"]),
        ("le matin", None, ["doubtful"]),
        ("09:00 - 12h00 sur rdv / 14:00 - 17:00", None, ["doubtful"]),
    ],
)
def test_hours_are_read_and_doubts_told(
    text: str, slots: list[tuple[int, int]] | None, severities: list[str], remarks: Remarks
) -> None:
    found = read_slots(text, "h_lundi", remarks)
    assert (found if found is None else list(found)) == slots
    assert [r.severity.value for r in remarks.found] == severities
    assert all(r.field == "h_lundi" and r.value in text for r in remarks.found)


@pytest.mark.parametrize(
    ("text", "departement", "number"),
    [
        ("04 50 56 87 49", "01", "+33450568749"),
        ("+33 4 50 56 87 49", "974", "+33450568749"),
        ("0262 16 10 01", "974", "+262262161001"),
        ("0590 27 10 01", "971", "+590590271001"),
        ("3919", "93", "3919"),
        ("115", "93", "115"),
        ("36 46", "93", "3646"),
        ("01 00 00", "93", None),
        ("accueil", "93", None),
    ],
)
def test_a_number_becomes_what_is_dialled(text: str, departement: str, number: str | None) -> None:
    assert dialable(text, departement) == number


def test_every_number_and_address_of_a_cell_is_kept_once(remarks: Remarks) -> None:
    found = phones("01 99 00 10 01 / 01.99.00.10.02 ou 0199001001", "93", "telephone", remarks)
    assert [phone.number for phone in found] == ["+33199001001", "+33199001002"]
    mails = emails("a@example.org - b@example.org ; A@example.org", "mail", remarks)
    assert [mail.email for mail in mails] == ["a@example.org", "b@example.org"]
    assert remarks.found == []


def test_what_cannot_be_dialled_or_written_to_is_told(remarks: Remarks) -> None:
    assert phones("01 00 00", "93", "telephone", remarks) == ()
    assert emails("accueil at example.org", "mail", remarks) != ("accueil",)
    assert {r.severity for r in remarks.found} == {Severity.DOUBTFUL}


def test_a_former_code_leads_to_the_commune_of_today(
    invented_gazetteer: Gazetteer, remarks: Remarks
) -> None:
    commune = find_commune(invented_gazetteer, "93999", "Bondy", "93140", "insee_com", remarks)
    assert commune is not None
    assert commune.insee_code == "93010"
    assert [r.severity for r in remarks.found] == [Severity.DOUBTFUL]


def test_an_unknown_code_falls_back_on_name_and_postal_code_or_refuses(
    invented_gazetteer: Gazetteer, remarks: Remarks
) -> None:
    known = find_commune(invented_gazetteer, "00000", "BONDY", "93140", "insee_com", remarks)
    assert known is not None
    assert known.name == "Bondy"
    assert find_commune(invented_gazetteer, "00000", "Bondy", "75001", "x", remarks) is None
    assert [r.severity for r in remarks.found] == [Severity.DOUBTFUL, Severity.REFUSED]


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_believed"),
    [
        ("48.902", "2.483", True),
        ("48,902", "2,483", True),
        ("48.967", "2.483", True),
        ("48.975", "2.483", False),
        ("0", "0", False),
        ("46.227638", "2.213749", False),
        ("", "", False),
        ("nan", "2.483", False),
        ("2.483", "148.902", False),
        ("nord", "est", False),
    ],
)
def test_a_point_far_from_its_commune_is_not_believed(
    latitude: str,
    longitude: str,
    is_believed: bool,
    invented_gazetteer: Gazetteer,
    remarks: Remarks,
) -> None:
    bondy = invented_gazetteer.by_insee("93010")
    assert bondy is not None
    values = {"latitude": latitude, "longitude": longitude}
    position = find_position(bondy, values, ("latitude", "longitude"), remarks)
    assert (position is not None) is is_believed
    assert (remarks.found == []) is is_believed


def test_without_a_box_only_another_part_of_the_world_is_refused(
    invented_gazetteer: Gazetteer,
) -> None:
    bondy = invented_gazetteer.by_insee("93010")
    assert bondy is not None
    boxless = replace(bondy, box=None)
    assert is_near(boxless, Position(48.0, 2.0))
    assert not is_near(boxless, Position(2.483, 48.902))
    assert is_near(replace(boxless, position=None), Position(2.483, 48.902))


def test_a_table_without_boxes_is_told_once(invented_gazetteer: Gazetteer) -> None:
    assert points_are_unchecked(invented_gazetteer, "liste.csv") == []
    boxless = Gazetteer(replace(commune, box=None) for commune in invented_gazetteer.communes)
    (remark,) = points_are_unchecked(boxless, "liste.csv")
    assert (remark.severity, remark.line) == (Severity.NOTE, 0)
