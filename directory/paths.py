"""Where the three top-level folders are, in a checkout and in an installed wheel alike."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return `directory/<name>` if it exists (installed), else the folder beside the package.

    :raise FileNotFoundError: the folder is in neither place, so the installation is broken.
    """
    for candidate in (PACKAGE / name, PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    message = f"the folder {name!r} is neither in {PACKAGE} nor beside it: reinstall fanal"
    raise FileNotFoundError(message)
