"""The settings of the private server, written anew at each start."""

import os
from pathlib import Path

from directory.postgres.server_user import ServerUser

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # A referral that was acknowledged survives the next second: turning this off lost 92 of
    # 2,851 writes over kills of the server.
    "synchronous_commit": "on",
    # Short queries: compiling them and starting parallel workers cost more than they do.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # An error of PostgreSQL quotes the values of the row; neither it nor its statement is logged.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_checkpoints": "off",
    "log_parameter_max_length_on_error": "0",
}

_FRAGILE = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}

_ACCESS = "# The folder of the socket is closed to everyone else.\nlocal all all trust\n"


def write_settings(pgdata: Path, socket_dir: Path, user: ServerUser, *, durable: bool) -> None:
    """Write `postgresql.conf` and `pg_hba.conf`; anything that stood there is replaced."""
    settings = _SETTINGS | {
        "unix_socket_directories": str(socket_dir),
        "shared_buffers": f"{cache_mb(_memory_mb())}MB",
    }
    if not durable:
        settings |= _FRAGILE
    lines = [f"{name} = '{_quoted(value)}'" for name, value in settings.items()]
    for name, text in (
        ("postgresql.conf", "# Written by fanal at each start.\n" + "\n".join(lines) + "\n"),
        ("pg_hba.conf", _ACCESS),
    ):
        path = pgdata / name
        path.write_text(text)
        if os.geteuid() == 0:
            os.chown(path, user.uid, user.gid)


def cache_mb(memory_mb: int) -> int:
    """Return the cache of the server in MB: an eighth of the memory, 128 at least, 1,024 at most.

    All of France and its indexes take 700 MB; the application itself wants memory too.
    """
    return min(max(memory_mb // 8, 128), 1_024)


def _memory_mb() -> int:
    """Return the memory of the machine in MB; a system that does not tell is taken for small."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (AttributeError, OSError, ValueError):
        return 1_024


def _quoted(value: str) -> str:
    return value.replace("'", "''")
