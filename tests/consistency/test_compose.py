"""The compose file, as far as it can be tried without containers: its services are programs."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from directory.cli.compose import make_secrets, prepare_database
from directory.config import Settings
from directory.errors import FanalError
from directory.postgres import migrate, roles
from directory.postgres.geo_schema import Engine
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import keyring, new_keyring

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = compose["services"]
    return found


@pytest.fixture(scope="module")
def image() -> dict[str, str]:
    """Return the variables that the image sets."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")[-1]
    return dict(re.findall(r"(\w+)=(\S+)", dockerfile.replace("\\\n", " ")))


def mounts(service: dict[str, Any]) -> dict[str, str]:
    """Return the volumes that a service may write to, by where they are."""
    parts = [volume.split(":") for volume in service.get("volumes", [])]
    return {target: name for name, target, *options in parts if "ro" not in options}


def reads(service: dict[str, Any], secrets: Path) -> set[str]:
    """Return the names of the secrets of a service."""
    folders = re.findall(r"secrets-(\w+):/run/secrets:ro", "\n".join(service.get("volumes", [])))
    return {path.name for folder in folders for path in (secrets / folder).iterdir()}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Return a folder in which `init` has run, by the command of the compose file."""
    command = [sys.executable, "-m", "directory.cli.compose.make_secrets"]
    subprocess.run([*command, str(tmp_path)], cwd=ROOT, check=True)
    return tmp_path


def test_the_compose_file_follows_its_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run(
        [*command, "docker-compose.yml"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_the_database_publishes_no_port(services: dict[str, Any]) -> None:
    assert [name for name in services if "ports" in services[name]] == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])


def test_what_lasts_says_whether_it_is_healthy(services: dict[str, Any]) -> None:
    lasting = {name for name, service in services.items() if service["restart"] != "no"}
    assert lasting == {"db", "web", "worker"}
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert all("test" in services[name]["healthcheck"] for name in ("db", "worker"))


def test_who_can_take_a_backup_has_where_to_put_it(
    services: dict[str, Any], image: dict[str, str], secrets: Path
) -> None:
    able = {name for name, each in services.items() if "fanal_backup_url" in reads(each, secrets)}
    assert able == {"migrate", "tools"}
    backups = f"{image['FANAL_DATA_DIR']}/backups"
    assert all(mounts(services[name])[backups] == "backups" for name in able)
    # A new volume belongs to whom the folder of the image does: to the account of the service.
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"install --directory --owner=fanal --mode=700 {backups}" in dockerfile


def test_old_backups_are_deleted_by_the_worker_and_never_read_by_the_web(
    services: dict[str, Any],
) -> None:
    holders = {name for name, each in services.items() if "backups" in mounts(each).values()}
    assert holders == {"migrate", "worker", "tools"}
    days = {services[name]["environment"]["BACKUP_KEEP_DAYS"] for name in ("worker", "tools")}
    assert days == {"${BACKUP_KEEP_DAYS:-30}"}


def test_the_tools_have_every_address_and_the_keys(
    services: dict[str, Any], image: dict[str, str], secrets: Path
) -> None:
    tools = services["tools"]
    assert tools["profiles"] == ["tools"], "it is no part of a start"
    everything = set().union(*(reads(each, secrets) for each in services.values()))
    assert reads(tools, secrets) == everything - {"superuser_password", "secrets.json"}
    assert mounts(tools)[image["FANAL_DATA_DIR"]] == "data"
    assert "FANAL_PUBLIC_URL" in tools["environment"], "the link of a first admin"


def test_no_secret_is_written_in_the_compose_file(services: dict[str, Any]) -> None:
    variables = [name for service in services.values() for name in service.get("environment", {})]
    suspicious = [name for name in variables if "PASSWORD" in name or "SECRET" in name]
    assert sorted(suspicious) == [*["FANAL_SECRETS_DIR"] * 4, "POSTGRES_PASSWORD_FILE"]


def test_links_in_mails_lead_where_the_web_is_called(services: dict[str, Any]) -> None:
    web, worker = (services[name]["environment"] for name in ("web", "worker"))
    assert web["FANAL_PUBLIC_URL"] == worker["FANAL_PUBLIC_URL"]
    assert {"FANAL_MAIL_FROM", "FANAL_MAIL_URL"} <= set(worker) - set(web)


def test_secrets_are_random_and_only_their_reader_may_open_them(secrets: Path) -> None:
    files = [path for path in secrets.rglob("*") if path.is_file()]
    assert len(files) >= 9
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.parent.stat().st_mode & 0o777 for path in files} == {0o700}
    values = json.loads((secrets / "owner" / "secrets.json").read_text())
    assert len(set(values.values())) == len(values)
    assert all(len(value) >= 43 for value in values.values()), "256 bits each"


def test_two_installations_share_no_secret(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_secrets.main(tmp_path / name)
    one, two = (
        json.loads((tmp_path / n / "owner/secrets.json").read_text()) for n in ("one", "two")
    )
    assert not set(one.values()) & set(two.values())


def test_a_second_start_keeps_the_secrets(secrets: Path) -> None:
    def contents() -> dict[Path, str]:
        return {path: path.read_text() for path in secrets.rglob("*") if path.is_file()}

    before = contents()
    make_secrets.main(secrets)
    assert contents() == before


def test_keys_of_another_machine_are_put_in_force_for_all_who_read_them(secrets: Path) -> None:
    before = json.loads((secrets / "owner" / "secrets.json").read_text())
    ring = new_keyring().with_new_key()
    command = [sys.executable, "-m", "directory.cli.compose.make_secrets", str(secrets), "--keys"]
    subprocess.run(command, cwd=ROOT, check=True, input=ring.as_text() + "\n", text=True)

    read = {
        (secrets / name / "fanal_master_keys").read_text() for name in ("web", "worker", "tools")
    }
    assert read == {ring.as_text()}
    after = json.loads((secrets / "owner" / "secrets.json").read_text())
    assert after == before | {"master_keys": ring.as_text()}


def test_what_is_no_ring_of_keys_changes_nothing(secrets: Path) -> None:
    before = (secrets / "owner" / "secrets.json").read_text()
    with pytest.raises(FanalError):
        make_secrets.put_keys(secrets, "not keys at all")
    assert (secrets / "owner" / "secrets.json").read_text() == before


def test_the_web_holds_the_key_of_no_other_role(secrets: Path) -> None:
    values = json.loads((secrets / "owner" / "secrets.json").read_text())
    readable = "".join(path.read_text() for path in (secrets / "web").iterdir())
    assert values["app"] in readable
    assert not any(values[role] in readable for role in ("superuser", "owner", "worker", "backup"))


def test_settings_are_read_from_the_secrets(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("FANAL_SECRETS_DIR", str(secrets / "web"))
    settings = Settings()
    assert settings.database_url == (secrets / "web" / "database_url").read_text()
    assert keyring(settings).current.number == 1
    assert settings.migration_url is None
    assert not settings.is_private


@pytest.fixture
def composed(database: DatabaseUrls, engine_name: Engine, tmp_path: Path) -> Iterator[Path]:
    """Secrets that name a database, not made yet, of the server of the tests."""
    if engine_name != "postgis":
        pytest.skip("the compose file has PostGIS only")
    for name, url in (
        ("fanal_admin_url", database.superuser),
        ("database_url", database.app),
        ("fanal_worker_url", database.worker),
        ("fanal_migration_url", database.owner),
        ("fanal_backup_url", database.backup),
    ):
        target = make_url(url).set(password=f"secret-of-{name}", database="composed")
        if name == "fanal_admin_url":
            target = target.set(database="postgres")
        (tmp_path / name).write_text(target.render_as_string(hide_password=False))
    yield tmp_path
    with roles.connect((tmp_path / "fanal_admin_url").read_text()) as connection:
        connection.execute("DROP DATABASE IF EXISTS composed WITH (FORCE)")


def test_migrate_prepares_a_database_that_the_owner_can_migrate(composed: Path) -> None:
    prepare_database.main(composed)
    prepare_database.main(composed)  # a restart of the whole meets a prepared database
    migrate.upgrade((composed / "fanal_migration_url").read_text())
    with roles.connect((composed / "database_url").read_text()) as connection:
        connection.execute("SELECT count(*) FROM search_entry")
    with roles.connect((composed / "fanal_admin_url").read_text()) as connection:
        query = "SELECT rolname FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256$%' ORDER BY 1"
        with_password = [row[0] for row in connection.execute(query)]
    assert with_password == ["fanal_app", "fanal_backup", "fanal_owner", "fanal_worker"]


def test_the_image_copies_what_exists_and_is_not_ignored() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.M)
        for source in line.split()[:-1]
    ]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [name for name in copied if f"!{name}" not in kept] == []


def test_the_image_does_not_run_as_root() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (.+)$", dockerfile, re.M)[-1] == "fanal"
    assert "--uid 10001" in dockerfile
    assert make_secrets.ACCOUNTS["web"] == 10001
