"""The master keys: outside the database and its backups, one in force, the former ones kept.

A keyring is one text, `number:base64` pairs separated by commas, the one in force first. Number 0
is never a sealing key: it makes digests and tokens, which must stay the same when keys are rotated.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from directory.config import Settings
from directory.errors import InvalidInput, Unavailable
from directory.files import replace_private
from directory.i18n import gettext
from directory.privacy.sealing import KEY_BYTES, CannotUnseal, Key, Place, key_number, seal, unseal

FILE_NAME = "master"


@dataclass(frozen=True, repr=False)
class Keyring:
    """The keys of an installation. It never shows them."""

    digest_key: Key
    #: Newest first: the first seals, all open.
    keys: tuple[Key, ...]

    @cached_property
    def current(self) -> Key:
        """The key that seals."""
        return self.keys[0]

    def seal(self, value: bytes, *, place: Place) -> bytes:
        """Seal under the key in force."""
        return seal(self.current, value, place=place)

    def unseal(self, sealed: bytes, *, place: Place) -> bytes:
        """Open what any key of the ring sealed.

        :raise CannotUnseal: none did, or it was altered, or lay elsewhere.
        """
        number = key_number(sealed)
        for key in self.keys:
            if key.number == number:
                return unseal(key, sealed, place=place)
        raise CannotUnseal

    def digest(self, purpose: str, text: str) -> bytes:
        """Return 32 bytes that only this installation can compute: a blind index, a token."""
        message = f"{purpose}|{text}".encode()
        return hmac.new(self.digest_key.secret, message, hashlib.sha256).digest()

    def token(self, purpose: str, id: str) -> str:
        """Return the token of a link, derived from the id of its row: it is stored nowhere."""
        return base64.urlsafe_b64encode(self.digest(f"token.{purpose}", id)).decode().rstrip("=")

    def with_new_key(self) -> "Keyring":
        """Return the ring with one more key, in force.

        :raise Unavailable: all numbers are taken.
        """
        number = max(key.number for key in self.keys) + 1
        if number > 255:
            raise Unavailable(gettext("Toutes les clés possibles ont servi."))
        return Keyring(self.digest_key, (Key(number, os.urandom(KEY_BYTES)), *self.keys))

    def without_former_keys(self) -> "Keyring":
        """Return the ring with the key in force alone: what others sealed opens no more."""
        return Keyring(self.digest_key, self.keys[:1])

    def as_text(self) -> str:
        """Return the ring as it is kept."""
        return ",".join(
            f"{key.number}:{base64.b64encode(key.secret).decode()}"
            for key in (*self.keys, self.digest_key)
        )


def put_back(otherwise: str = "") -> str:
    """Say where the copy of the keys goes. Pages show it too: no folder is named in full."""
    where = gettext(
        "Remettez la copie que vous en avez gardée dans « keys/master » du dossier de données, ou "
        "dans FANAL_MASTER_KEYS."
    )
    return f"{where} {otherwise}".rstrip()


def token_hash(token: str) -> bytes:
    """Return what the database keeps of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


def new_keyring() -> Keyring:
    """Return a ring nobody had before."""
    return Keyring(Key(0, os.urandom(KEY_BYTES)), (Key(1, os.urandom(KEY_BYTES)),))


def read_keyring(text: str) -> Keyring:
    """Return the ring that `Keyring.as_text` wrote.

    :raise InvalidInput: it is none; the text is not repeated.
    """
    try:
        pairs = [pair.split(":", 1) for pair in text.strip().split(",")]
        keys = [Key(int(number), base64.b64decode(code, validate=True)) for number, code in pairs]
        (digest_key,) = (key for key in keys if key.number == 0)
        others = tuple(key for key in keys if key.number)
        if not others or any(len(key.secret) != KEY_BYTES for key in keys):
            raise ValueError
        return Keyring(digest_key, others)
    except ValueError as error:
        raise InvalidInput(
            gettext("Les clés de Fanal ne se lisent pas."),
            field="FANAL_MASTER_KEYS",
            remedy=put_back(),
        ) from error


def keyring(settings: Settings) -> Keyring:
    """Return the keys of this installation: those of the settings, else of the data folder.

    :raise Unavailable: there are none.
    :raise InvalidInput: they cannot be read.
    """
    if settings.master_keys is not None:
        return read_keyring(settings.master_keys.get_secret_value())
    try:
        return read_keyring(key_file(settings).read_text())
    except OSError as error:
        raise Unavailable(
            gettext("Les clés de Fanal manquent : rien de personnel ne peut être lu ni écrit."),
            field="FANAL_MASTER_KEYS",
            remedy=put_back(gettext("S'il n'y en a jamais eu : « fanal keys create ».")),
        ) from error


class KeysInForce:
    """The keys of a process that runs for long: read again as soon as their file changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: tuple[tuple[int, int], Keyring] | None = None

    def current(self) -> Keyring:
        """Return the keys.

        :raise Unavailable: there are none.
        """
        mark = self._mark()
        if self._read is None or self._read[0] != mark:
            self._read = (mark, keyring(self._settings))
        return self._read[1]

    def _mark(self) -> tuple[int, int]:
        """Return what changes with the file: it is always replaced, never written over."""
        if self._settings.master_keys is not None:
            return (0, 0)
        try:
            found = key_file(self._settings).stat()
        except OSError:
            return (0, 0)
        return (found.st_ino, found.st_mtime_ns)


def key_file(settings: Settings) -> Path:
    """Return where the keys of the private server lie; never in a backup."""
    return settings.data_dir.absolute() / "keys" / FILE_NAME


def store_keyring(settings: Settings, ring: Keyring) -> None:
    """Write the ring to the data folder, whole or not at all, for its owner's eyes only."""
    path = key_file(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_private(path, ring.as_text().encode())
