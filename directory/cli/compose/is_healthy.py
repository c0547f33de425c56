"""Say by its exit status whether the service of this container can work.

The web answers at its own address; the worker, named by the argument, reaches its database.
"""

import os
import sys
from pathlib import Path
from urllib.request import Request, urlopen


def web_answers() -> bool:
    """Ask the health address of the web server, by a name that it answers to."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    name = trusted_host()
    asked = Request(address, headers={"Host": name} if name else {})
    with urlopen(asked, timeout=2) as answer:  # noqa: S310 (of this machine)
        return bool(answer.status == 200)


def trusted_host() -> str | None:
    """Return the first name the web may be called by, or None where it may be by any.

    A name that begins with a dot stands for itself and all below it.
    """
    names = [name.strip() for name in os.environ.get("FANAL_TRUSTED_HOSTS", "").split(",")]
    named = (name.removeprefix(".").encode("idna").decode() for name in names if name)
    return next(named, None)


def worker_reaches_its_database() -> bool:
    """Open a connection as the worker does."""
    from directory.postgres.roles import connect

    secret = Path(os.environ["FANAL_SECRETS_DIR"], "fanal_worker_url")
    with connect(secret.read_text()) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


if __name__ == "__main__":
    sys.exit(not (worker_reaches_its_database() if "worker" in sys.argv[1:] else web_answers()))
