"""Lock files of a server that is gone, whose process number now belongs to another program."""

import os
from pathlib import Path


def server_is_alive(pgdata: Path) -> bool:
    """Tell, without connecting, whether the process that serves this data is there."""
    pid = _number_in(pgdata / "postmaster.pid")
    return pid is not None and _is_alive(pid) and _is_server_of(pid, pgdata)


def forget_stale_locks(pgdata: Path, *locks: Path) -> None:
    """Remove the locks whose number belongs to a living process that is not this server.

    PostgreSQL takes any living process of that number for a server, and would refuse for
    ever after a reboot, in a new container, or when nobody buries a killed server. A number
    that is gone is left to PostgreSQL, which also looks for what shared memory is in use.
    """
    for lock in locks:
        pid = _number_in(lock)
        if pid is not None and _is_alive(pid) and not _is_server_of(pid, pgdata):
            lock.unlink(missing_ok=True)


def _number_in(lock: Path) -> int | None:
    try:
        return int(lock.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_server_of(pid: int, pgdata: Path) -> bool:
    """Tell whether a living process is the server of this data: it runs inside PGDATA.

    Where there is no /proc, every living process counts, as for PostgreSQL itself.
    """
    if not Path("/proc/self").exists():
        return True
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == pgdata.resolve()
    except OSError:
        return False
