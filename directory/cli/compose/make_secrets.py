"""Make the secrets of the compose file, once: random, one folder for each service that reads them.

Run as root by the service `init`, before everything else. No password is ever written in a file of
the repository, in an image or in an environment. What exists is kept: a second start changes
nothing. With `--keys`, the keys that seal what is personal are read from standard input and take
the place of those that were made: a backup of another machine opens with its own.
"""

import base64
import json
import os
import secrets
import sys
from pathlib import Path

#: The password of each role of the database.
RANDOM = ("superuser", "owner", "app", "worker", "backup")

#: The account that runs each service, as a user number of its image.
ACCOUNTS = {"database": 999, "owner": 10001, "web": 10001, "worker": 10001, "tools": 10001}

#: Host and port of the database, from the other services.
ADDRESS = os.environ.get("FANAL_DATABASE_ADDRESS", "db:5432")


def main(folder: Path) -> None:
    """Write every secret below `folder`."""
    values = known_or_new(folder / "owner" / "secrets.json")
    for service, files in files_by_service(values).items():
        for name, content in files.items():
            write(folder / service / name, content, account=ACCOUNTS[service])


def put_keys(folder: Path, text: str) -> None:
    """Put keys in force, of a copy or of a rotation, for every service that reads them.

    :raise InvalidInput: it is no ring of keys.
    """
    from directory.privacy.keys import read_keyring  # the first start needs Python alone

    path = folder / "owner" / "secrets.json"
    values = known_or_new(path) | {"master_keys": read_keyring(text.strip()).as_text()}
    write(path, json.dumps(values), account=ACCOUNTS["owner"])
    main(folder)


def known_or_new(path: Path) -> dict[str, str]:
    """Return the random values made at the first start, making them now if this is it."""
    if path.exists():
        values: dict[str, str] = json.loads(path.read_text())
        return values
    values = {name: secrets.token_urlsafe(32) for name in RANDOM} | {"master_keys": new_keys()}
    write(path, json.dumps(values), account=ACCOUNTS["owner"])
    return values


def new_keys() -> str:
    """Return keys that seal what is personal, as `directory.privacy.keys` reads them."""
    return ",".join(
        f"{number}:{base64.b64encode(secrets.token_bytes(32)).decode()}" for number in (1, 0)
    )


def files_by_service(values: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return what each service may know: the web never holds the key of another role."""

    def url(role: str, password: str, database: str = "fanal") -> str:
        return f"postgresql+psycopg://{role}:{values[password]}@{ADDRESS}/{database}"

    app = {"database_url": url("fanal_app", "app")}
    worker = {"fanal_worker_url": url("fanal_worker", "worker")}
    keys = {"fanal_master_keys": values["master_keys"]}
    owner = {
        "fanal_migration_url": url("fanal_owner", "owner"),
        "fanal_backup_url": url("fanal_backup", "backup"),
        "fanal_admin_url": url("postgres", "superuser", database="postgres"),
    }
    return {
        "database": {"superuser_password": values["superuser"]},
        "owner": app | worker | owner,
        "web": app | keys,
        "worker": app | worker | keys,
        "tools": app | worker | owner | keys,
    }


def write(path: Path, content: str, *, account: int) -> None:
    """Write a file that only `account` reads, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    if os.geteuid() == 0:
        os.chown(path.parent, account, account)
        os.chown(unfinished, account, account)
    unfinished.rename(path)


if __name__ == "__main__":
    if "--keys" in sys.argv[2:]:
        put_keys(Path(sys.argv[1]), sys.stdin.read())
    else:
        main(Path(sys.argv[1]))
