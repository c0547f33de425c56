"""What the doctor says of the table of communes."""

from directory.cli.doctor import check_communes
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
