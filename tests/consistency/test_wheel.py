"""The wheel alone, installed elsewhere, serves pages: templates, texts and migrations are in it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.postgres.roles import DatabaseUrls

ROOT = Path(__file__).parents[2]

ASK_FOR_PAGES = """
import directory
from directory import paths
from directory.app import create_app
from directory.postgres import migrate

site_packages = paths.PACKAGE.parent
assert site_packages.name == "site-packages", site_packages
for folder in ("templates", "translations", "migrations"):
    assert paths.folder(folder) == paths.PACKAGE / folder
assert migrate.head_revision()
client = create_app().test_client()
for address in ("/healthz", "/recherche"):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.text)
assert 'lang="fr"' in answer.text
print("served from", site_packages)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy without compiled catalogues, as a fresh clone has it."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("directory", "templates", "translations", "migrations"):
        shutil.copytree(
            ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo")
        )
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (found,) = target.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the Python of a new environment with the wheel; its dependencies are ours."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    ours, theirs = sysconfig.get_path("purelib"), folder / "lib"
    (site_packages,) = theirs.glob("python*/site-packages")
    # Only `.pth` files of the environment itself are followed: the editable install that may lie
    # among our packages is not, so `directory` can only come from the wheel.
    (site_packages / "dependencies.pth").write_text(ours + "\n")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site_packages)
    yield folder / "bin" / "python"
    shutil.rmtree(folder, ignore_errors=True)


def test_the_wheel_holds_templates_catalogues_and_migrations(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("templates", "migrations"):
        ours = (path for path in (ROOT / folder).rglob("*") if path.suffix in {".html", ".py"})
        missing = {f"directory/{path.relative_to(ROOT)}" for path in ours} - names
        assert not missing
    assert "directory/translations/fr/LC_MESSAGES/messages.mo" in names
    assert "directory/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "bench/"))]


def test_the_wheel_declares_its_command_and_its_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (n for n in archive.namelist() if n.endswith("entry_points.txt"))
        assert "fanal = directory.cli:main" in archive.read(entry_points).decode()
        assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())


def test_a_page_is_served_from_the_installed_wheel(
    installed: Path, database: DatabaseUrls, tmp_path: Path
) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database.app,
        "FANAL_DATA_DIR": str(tmp_path),
        "FANAL_GEOCODER_URL": "",
    }
    asked = subprocess.run(
        [str(installed), "-c", ASK_FOR_PAGES],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    assert "served from" in asked.stdout
