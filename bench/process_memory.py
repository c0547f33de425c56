"""The memory of the processes behind a port, as the system counts it."""

import re
from pathlib import Path


def resident_mb(port: int) -> float:
    """Return the resident megabytes of the largest process that was started to serve a port.

    A worker is a child of the process that was told the port, and inherits its environment.
    """
    mark = f"PORT={port}".encode()
    sizes = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found = re.search(r"VmRSS:\s+(\d+) kB", (folder / "status").read_text())
                sizes.append(int(found[1]) / 1e3 if found else 0.0)
        except OSError:
            continue
    return max(sizes)
