"""The locks hold every dependency that `pyproject.toml` names, by hash, and name no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]

LOCKS = {
    "requirements.lock": PROJECT["dependencies"],
    "requirements-dev.lock": [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]],
    # Babel compiles the catalogues of a wheel; it is there already, as a dependency.
    "requirements-build.lock": PYPROJECT["dependency-groups"]["build"],
}


def pinned(lock: str) -> dict[str, set[str]]:
    """Return the versions a lock holds of each package (markers may make them several)."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", text_of(lock), re.M):
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions


def text_of(lock: str) -> str:
    return (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_named_dependency_is_locked_at_a_version_it_accepts(lock: str) -> None:
    versions = pinned(lock)
    for line in LOCKS[lock]:
        wanted = Requirement(line)
        found = versions.get(canonicalize_name(wanted.name), set())
        assert found, f"{wanted.name} is not in {lock}: run `make lock`"
        refused = [version for version in found if not wanted.specifier.contains(version)]
        assert not refused, f"{lock} has {wanted.name} {refused}, pyproject wants {wanted}"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_has_a_hash(lock: str) -> None:
    for block in re.split(r"\n(?=[\w-])", text_of(lock).strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    assert "://" not in text_of(lock)
    assert not re.search(r"^-", text_of(lock), re.M), "an option of an index"


def test_the_tests_run_on_the_versions_that_people_get() -> None:
    shipped, tested = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert {name: tested.get(name) for name in shipped} == shipped


def test_no_lock_undoes_what_another_installed() -> None:
    built, tested = pinned("requirements-build.lock"), pinned("requirements-dev.lock")
    shared = built.keys() & tested.keys()
    assert {name: built[name] for name in shared} == {name: tested[name] for name in shared}


def test_what_builds_the_wheel_is_locked() -> None:
    known = pinned("requirements-build.lock") | pinned("requirements.lock")
    required = [Requirement(line).name for line in PYPROJECT["build-system"]["requires"]]
    assert [name for name in required if canonicalize_name(name) not in known] == []
