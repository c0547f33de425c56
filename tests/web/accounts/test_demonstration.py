"""Demonstration accounts are shown to the machine of the private server, and to nobody else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from directory.accounts.demonstration import FILE_NAME, PEOPLE
from directory.app import create_app
from directory.config import Settings
from directory.web.runtime import EXTENSION

PERSON = PEOPLE[0]


def client_of(settings: Settings, tmp_path: Path) -> Iterator[FlaskClient]:
    """Yield a browser on a server whose data folder has demonstration passwords."""
    (tmp_path / FILE_NAME).write_text(json.dumps({PERSON.email: "mot-de-passe-montre"}))
    app = create_app(settings)
    with app.test_client() as client:
        yield client
    app.extensions[EXTENSION].dispose()


def private(settings: Settings, **changes: object) -> Settings:
    """Return the settings of a private server, already connected to its database."""
    bare = Settings(data_dir=settings.data_dir, master_keys=settings.master_keys)
    assert bare.is_private
    return bare.model_copy(update={"database_url": settings.database_url} | changes)


def test_the_private_server_shows_them_on_its_own_machine(
    settings: Settings, tmp_path: Path
) -> None:
    for client in client_of(private(settings), tmp_path):
        for name in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
            page = client.get("/connexion", base_url=f"http://{name}")
            assert "mot-de-passe-montre" in page.text
            assert PERSON.name in page.text


@pytest.mark.parametrize(
    ("base_url", "remote_addr", "changes"),
    [
        ("http://piege.exemple:8000", "127.0.0.1", {}),
        ("http://127.0.0.1.piege.exemple", "127.0.0.1", {}),
        ("http://localhost", "192.0.2.7", {}),
        ("http://localhost", "127.0.0.1", {"host": "0.0.0.0"}),  # noqa: S104 - that is the test
        ("http://localhost", "127.0.0.1", {"public_url": "https://fanal.exemple"}),
    ],
)
def test_nobody_else_sees_them(
    settings: Settings,
    tmp_path: Path,
    base_url: str,
    remote_addr: str,
    changes: dict[str, object],
) -> None:
    for client in client_of(private(settings, **changes), tmp_path):
        page = client.get(
            "/connexion", base_url=base_url, environ_base={"REMOTE_ADDR": remote_addr}
        )
        assert page.status_code == 200
        assert "mot-de-passe-montre" not in page.text
        assert PERSON.email not in page.text


def test_a_proxy_that_others_reach_shows_none(settings: Settings, tmp_path: Path) -> None:
    for client in client_of(private(settings), tmp_path):
        page = client.get(
            "/connexion",
            base_url="http://localhost",
            headers={"X-Forwarded-For": "192.0.2.7"},
            environ_base={"REMOTE_ADDR": "127.0.0.1"},
        )
        assert "mot-de-passe-montre" not in page.text


def test_a_server_in_production_shows_none(settings: Settings, tmp_path: Path) -> None:
    for client in client_of(settings, tmp_path):
        assert "mot-de-passe-montre" not in client.get("/connexion").text
