"""Is the file the one that was published? Its checksum, as given or as the server announces it."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from directory.errors import InvalidInput
from directory.i18n import gettext

_SHA256 = re.compile(r"[0-9a-f]{64}")

#: Of the whole file, even when only its end is sent: today's header, then the older one.
_HEADERS = ("repr-digest", "digest")


def read_sha256(text: str) -> str:
    """Return a checksum in lower case.

    :raise InvalidInput: it is not 64 hexadecimal digits.
    """
    sha256 = text.strip().lower()
    if not _SHA256.fullmatch(sha256):
        raise InvalidInput(
            gettext("Une somme de contrôle SHA-256 a 64 chiffres de 0 à f."),
            field="sha256",
            remedy=gettext("Recopiez-la de la page où le fichier est publié."),
        )
    return sha256


def announced_sha256(headers: Mapping[str, str]) -> str | None:
    """Return the checksum that an answer announces, None when it announces none."""
    for name in _HEADERS:
        for item in headers.get(name, "").split(","):
            kind, _, value = item.strip().partition("=")
            if kind.lower() == "sha-256" and (sha256 := _hexadecimal(value.strip(": "))):
                return sha256
    return None


def require_sha256(path: Path, sha256: str | None) -> None:
    """Do nothing when the file has this checksum, or none is known.

    :raise InvalidInput: it has another.
    """
    if sha256 is None:
        return
    with path.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != sha256:
        raise InvalidInput(
            gettext("La somme de contrôle du fichier n'est pas celle attendue."),
            field="sha256",
            remedy=gettext("Recommencez ; si cela dure, le fichier publié a changé."),
        )


def _hexadecimal(encoded: str) -> str | None:
    try:
        content = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    return content.hex() if len(content) == 32 else None
