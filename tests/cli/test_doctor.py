"""What the doctor says of the communes and addresses that are loaded."""

from datetime import date

from directory.cli.doctor import check_addresses, check_communes
from directory.postgres.doctor import Verdict


def test_the_bundled_table_is_doubtful_and_the_remedy_is_the_official_one() -> None:
    check = check_communes("bundled", 35_014, 21_242)
    assert check.verdict is Verdict.DOUBTFUL
    assert "fanal territories update" in str(check.remedy)


def test_the_official_table_is_right_though_it_does_not_place_every_commune() -> None:
    check = check_communes("communes_2026.csv.gz", 35_014, 4)
    assert check.verdict is Verdict.RIGHT
    assert check.remedy is None
    assert "dont 4 à une position approximative" in check.finding


def test_no_addresses_at_all_are_doubtful() -> None:
    check = check_addresses([], date(2026, 11, 17))
    assert check.verdict is Verdict.DOUBTFUL
    assert "fanal addresses update" in str(check.remedy)


def test_addresses_are_counted_and_the_old_ones_named() -> None:
    recent, old = ("33", 300_000, date(2026, 11, 1)), ("93", 100_000, date(2026, 1, 1))
    today = date(2026, 11, 17)
    assert check_addresses([recent], today).verdict is Verdict.RIGHT
    check = check_addresses([recent, old], today)
    assert check.verdict is Verdict.DOUBTFUL
    assert "400 000 (33, 93)" in check.finding
    assert "« fanal addresses update 93 »" in str(check.remedy)
