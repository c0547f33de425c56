"""The doctor sees what is wrong, and says what to do."""

import os
import time
from pathlib import Path

import pytest

from directory.config import Settings
from directory.postgres import roles
from directory.postgres.doctor import Check, Verdict, check_machine, check_server
from directory.postgres.roles import DatabaseUrls

pytestmark = pytest.mark.engine


def wrongs(url: str) -> list[Check]:
    with roles.connect(url) as connection:
        return [check for check in check_server(connection) if check.verdict is not Verdict.RIGHT]


def test_a_sound_database_has_nothing_wrong(database: DatabaseUrls) -> None:
    assert wrongs(database.app) == []


def test_a_site_that_connects_as_superuser_is_wrong(database: DatabaseUrls) -> None:
    (found,) = wrongs(database.superuser)
    assert "superutilisateur" in found.finding
    assert "fanal_app" in str(found.remedy)


def test_a_database_of_another_version_is_wrong(fresh_database: DatabaseUrls) -> None:
    with roles.connect(fresh_database.owner) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    (found,) = wrongs(fresh_database.app)
    assert "0000" in found.finding
    assert "fanal db upgrade" in str(found.remedy)


def test_a_missing_extension_is_named(fresh_database: DatabaseUrls) -> None:
    with roles.connect(fresh_database.superuser) as connection:
        connection.execute("DROP EXTENSION unaccent CASCADE")
    (found,) = wrongs(fresh_database.app)
    assert "unaccent" in found.finding


def test_an_empty_database_is_wrong_but_no_crash(fresh_database: DatabaseUrls) -> None:
    with roles.connect(fresh_database.owner) as connection:
        connection.execute("DROP TABLE alembic_version")
    assert len(wrongs(fresh_database.app)) == 1


@pytest.mark.parametrize(
    ("days", "verdict"), [(0, Verdict.RIGHT), (7, Verdict.RIGHT), (8, Verdict.DOUBTFUL)]
)
def test_the_age_of_the_last_backup_counts(
    days: int, verdict: Verdict, settings: Settings, tmp_path: Path
) -> None:
    for name, age in (("fanal-1.zip", 400), ("fanal-2.zip", days)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, time.time() - age * 86_400 - 60))
    private = settings.model_copy(update={"database_url": None})
    assert [check.verdict for check in check_machine(private, tmp_path)][1:] == [verdict]


def test_a_backup_of_today_has_no_days_to_count(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "fanal-1.zip").touch()
    private = settings.model_copy(update={"database_url": None})
    *_, last = check_machine(private, tmp_path)
    assert last.finding == "La dernière sauvegarde a moins d'un jour."


def test_no_backup_at_all_is_doubtful(settings: Settings, tmp_path: Path) -> None:
    private = settings.model_copy(update={"database_url": None})
    *_, last = check_machine(private, tmp_path)
    assert last.verdict is Verdict.DOUBTFUL
    assert "fanal db backup" in str(last.remedy)


def test_to_look_for_backups_makes_no_folder(settings: Settings, tmp_path: Path) -> None:
    private = settings.model_copy(update={"database_url": None})
    room, last = check_machine(private, tmp_path / "data" / "backups")
    assert room.verdict is Verdict.RIGHT
    assert last.verdict is Verdict.DOUBTFUL
    assert list(tmp_path.iterdir()) == []
