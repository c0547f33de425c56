"""`seal` and `unseal`: AES-256-GCM, bound to the row and column where the value lies.

A sealed value is one byte that names the key, a nonce of 12 bytes, then the ciphertext with its
tag. Moved to another row or column, it does not open (NIST SP 800-38D; the place is the associated
data). Each referral has a data key of its own, wrapped by the master key: destroying the wrapped
key makes every value sealed under it unreadable.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from directory.errors import Unavailable
from directory.i18n import gettext

KEY_BYTES = 32
NONCE_BYTES = 12


class CannotUnseal(Unavailable):
    """The value was sealed under another key, for another place, or was altered."""

    def __init__(self) -> None:
        super().__init__(
            gettext("Ce qui est chiffré ici ne s'ouvre pas avec les clés de ce serveur."),
            remedy=gettext("Prévenez la personne qui s'en occupe : « fanal keys check » dit tout."),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lies."""

    table: str
    column: str
    row_id: str

    @property
    def associated_data(self) -> bytes:
        """The bytes that the value is bound to."""
        return f"{self.table}|{self.column}|{self.row_id}".encode()


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A key of 32 bytes and the number, 0 to 255, that sealed values name it by."""

    number: int
    secret: bytes


def new_key(number: int = 0) -> Key:
    """Return a key nobody had before."""
    return Key(number, os.urandom(KEY_BYTES))


def seal(key: Key, value: bytes, *, place: Place) -> bytes:
    """Return a value that only `unseal`, with the same key and place, opens."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key.secret).encrypt(nonce, value, place.associated_data)
    return bytes([key.number]) + nonce + sealed


def unseal(key: Key, sealed: bytes, *, place: Place) -> bytes:
    """Return what was sealed.

    :raise CannotUnseal: other key, other place, or altered.
    """
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        if key_number(sealed) != key.number:
            raise CannotUnseal
        return AESGCM(key.secret).decrypt(nonce, ciphertext, place.associated_data)
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal from error


def key_number(sealed: bytes) -> int:
    """Return the number of the key that sealed a value.

    :raise CannotUnseal: there is nothing.
    """
    if not sealed:
        raise CannotUnseal
    return sealed[0]
