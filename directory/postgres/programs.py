"""Programs the server's user can run: copied once when they lie under a closed home folder."""

import os
import shutil
from pathlib import Path

from directory.postgres.engines import Programs
from directory.postgres.server_user import ServerUser


def usable_by(user: ServerUser, programs: Programs, data_dir: Path) -> Programs:
    """Return the programs, or their copy in the data folder when `user` cannot reach them."""
    if user.first_closed(programs.bin_dir) is None and _runs(user, programs):
        return programs
    return Programs(
        engine=programs.engine,
        bin_dir=_copied(programs, data_dir / "programs"),
        major=programs.major,
    )


def _runs(user: ServerUser, programs: Programs) -> bool:
    return user.run(programs.path("postgres"), "--version").returncode == 0


def _copied(programs: Programs, target: Path) -> Path:
    """Copy the wheel's server, keeping the place of its libraries relative to its programs."""
    package = programs.bin_dir.parent.parent
    bin_dir = target / package.name / "pginstall" / "bin"
    if bin_dir.is_dir() and _is_same(programs.bin_dir, bin_dir):
        return bin_dir
    unfinished = target.with_name("programs.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            package / "pginstall" / part, unfinished / package.name / "pginstall" / part
        )
    for libraries in package.parent.glob(f"{package.name}.*libs"):
        shutil.copytree(libraries, unfinished / libraries.name)
    _open_to_all(unfinished)
    shutil.rmtree(target, ignore_errors=True)
    unfinished.rename(target)
    return bin_dir


def _is_same(source: Path, copy: Path) -> bool:
    """Tell whether a copy is of this release: a new wheel has another server program."""
    first, second = (source / "postgres").stat(), (copy / "postgres").stat()
    return (first.st_size, int(first.st_mtime)) == (second.st_size, int(second.st_mtime))


def _open_to_all(folder: Path) -> None:
    """Let everyone read the copy, and run what its owner may run."""
    for root, folders, files in os.walk(folder):
        Path(root).chmod(0o755)
        for name in files:
            path = Path(root, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if os.access(path, os.X_OK) else 0o444))
        folders.sort()
