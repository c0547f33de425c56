"""Say by its exit status whether the service of this container can work.

The web answers at its own address; the worker, named by the argument, reaches its database.
"""

import os
import sys
from pathlib import Path
from urllib.request import urlopen


def web_answers() -> bool:
    """Ask the health address of the web server."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    with urlopen(address, timeout=2) as answer:
        return bool(answer.status == 200)


def worker_reaches_its_database() -> bool:
    """Open a connection as the worker does."""
    from directory.postgres.roles import connect

    secret = Path(os.environ["FANAL_SECRETS_DIR"], "fanal_worker_url")
    with connect(secret.read_text()) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


if __name__ == "__main__":
    sys.exit(not (worker_reaches_its_database() if "worker" in sys.argv[1:] else web_answers()))
