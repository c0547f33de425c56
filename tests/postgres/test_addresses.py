"""The database is the one that is named, else our own."""

from pathlib import Path

import pytest

from directory.config import Settings
from directory.errors import Unavailable
from directory.postgres.addresses import (
    available_database,
    connected,
    database_urls,
    in_database,
)
from directory.postgres.roles import DatabaseUrls


def private(folder: Path) -> Settings:
    return Settings(database_url=None, data_dir=folder)


def test_a_private_database_is_reached_over_its_socket_by_each_role(tmp_path: Path) -> None:
    urls = database_urls(private(tmp_path))
    assert "fanal_app@/fanal?host=" in urls.app
    assert "fanal_owner@" in urls.owner
    assert "fanal_worker@" in urls.worker


def test_filling_in_the_address_does_not_make_the_database_someone_else_s(tmp_path: Path) -> None:
    filled = connected(private(tmp_path))
    assert filled.database_url is not None
    assert filled.is_private


def test_a_role_that_is_not_named_falls_back_on_the_application() -> None:
    urls = database_urls(Settings(database_url="postgresql+psycopg://app@host/fanal"))
    assert {urls.app, urls.owner, urls.worker, urls.backup} == {urls.app}


def test_a_password_survives_the_change_of_database() -> None:
    urls = database_urls(Settings(database_url="postgresql+psycopg://app:s%40cret@host/fanal"))
    assert in_database(urls, "other").app == "postgresql+psycopg://app:s%40cret@host/other"


def test_a_command_before_the_first_start_says_what_to_do(tmp_path: Path) -> None:
    with (
        pytest.raises(Unavailable, match="pas encore de données") as refused,
        available_database(private(tmp_path)),
    ):
        pytest.fail("there is no database")
    assert "fanal up" in str(refused.value.remedy)
    assert list(tmp_path.iterdir()) == []


def test_a_named_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql+psycopg://app@127.0.0.1:1/fanal")
    with (
        pytest.raises(Unavailable, match="ne répond pas") as refused,
        available_database(settings),
    ):
        pytest.fail("there is no database")
    assert refused.value.field == "DATABASE_URL"


def test_a_named_database_is_left_as_it_is(settings: Settings, database: DatabaseUrls) -> None:
    with available_database(settings) as urls:
        assert urls.app == database.app
