"""No tracked file names a place that exists on one machine only, or the address of a registry.

Such a name works for its author and breaks for everyone else. The patterns are written in pieces,
so that this file passes its own test.
"""

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import skip_or_fail

ROOT = Path(__file__).parents[2]

#: Top folders that belong to a person or to a machine, as the start of an absolute path.
OWN_FOLDERS = ("ho" + "me", "ro" + "ot", "Us" + "ers", "wo" + "rk", "fa" + "rm", "mn" + "t")

#: Hosts that packages come from; each machine has its own mirror of them.
REGISTRIES = (
    "pypi" + r"\.org/simple",
    "files" + r"\.pythonhosted\.org",
    "registry" + r"\.npmjs\.org",
    "registry" + r"\.yarnpkg\.com",
    "file:" + r"///(?:opt|srv|mnt)",
)

MACHINE_PATH = re.compile(r"(?<![\w.:/*{}$~-])/(?:" + "|".join(OWN_FOLDERS) + r")/[\w.-]+")
REGISTRY_HOST = re.compile("|".join(REGISTRIES))


def tracked_files() -> list[Path]:
    """Return the tracked text files; skip where there is no git checkout."""
    # The checkout may belong to someone else than who runs the tests.
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    names = ""
    try:
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        skip_or_fail("this is no git checkout: which files are tracked is unknown")
    return [ROOT / name for name in names.split("\0") if name and is_text(ROOT / name)]


def is_text(path: Path) -> bool:
    return path.is_file() and b"\0" not in path.read_bytes()[:8192]


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY_HOST], ids=["path", "registry"])
def test_no_tracked_file_names_it(pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked_files()
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not found


@pytest.mark.parametrize(
    ("text", "is_machine_path"),
    [
        ("see /" + "home/ada/fanal", True),
        ("'/" + "work/main'", True),
        ("https://example.org/" + "home/page", False),
        ("./" + "work/done", False),
        ("/var/lib/fanal", False),
    ],
)
def test_a_path_of_a_machine_is_recognised(text: str, is_machine_path: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is is_machine_path
