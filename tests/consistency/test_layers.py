"""The contracts of the layers hold, and would notice a bad import or a folder nobody placed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts on the package as it stands in `folder`."""
    command = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [str(command), "--no-cache"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "300"},  # a narrow report breaks names over two lines
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied_package(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package that a test may spoil."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignored = shutil.ignore_patterns("__pycache__", "static", "data")
    shutil.copytree(ROOT / "directory", tmp_path / "directory", ignore=ignored)
    return tmp_path


def test_the_layers_hold() -> None:
    outcome = lint_imports(ROOT)
    assert outcome.returncode == 0, outcome.stdout


def test_an_import_that_climbs_the_layers_is_refused(copied_package: Path) -> None:
    with (copied_package / "directory" / "opening_hours" / "__init__.py").open("a") as module:
        module.write("\nimport directory.listings.models\n")
    outcome = lint_imports(copied_package)
    assert outcome.returncode != 0
    assert "directory.opening_hours -> directory.listings.models" in outcome.stdout


def test_flask_below_the_web_is_refused(copied_package: Path) -> None:
    (copied_package / "directory" / "search" / "shortcut.py").write_text("import flask\n")
    outcome = lint_imports(copied_package)
    assert outcome.returncode != 0
    assert "directory.search.shortcut -> flask" in outcome.stdout


def test_a_folder_that_no_layer_names_is_refused(copied_package: Path) -> None:
    (copied_package / "directory" / "newcomer").mkdir()
    (copied_package / "directory" / "newcomer" / "__init__.py").touch()
    outcome = lint_imports(copied_package)
    assert outcome.returncode != 0
    assert "newcomer" in outcome.stdout
