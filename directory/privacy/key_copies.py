"""The operator's own copy of the keys: without it, a lost disk loses what is personal for good.

No backup holds the keys: whoever steals one reads nothing. So they are copied by hand, elsewhere,
and it is remembered which ring was copied, so that `fanal doctor` can tell when it is due again.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from directory.config import Settings
from directory.errors import Conflict, InvalidInput, Unavailable
from directory.files import create_private
from directory.i18n import gettext
from directory.postgres.doctor import Check, doubtful, right, wrong
from directory.privacy.keys import Keyring, key_file, keyring, put_back
from directory.privacy.rotation import unreadable_among
from directory.privacy.scope import require_every_row

RECORD_NAME = "copy.json"


@dataclass(frozen=True, slots=True)
class Copy:
    """What is remembered of the last copy."""

    fingerprint: str
    path: Path
    made_at: datetime


def fingerprint(ring: Keyring) -> str:
    """Return 16 letters that tell rings apart, and nothing of the keys."""
    return hashlib.sha256(f"fanal keys {ring.as_text()}".encode()).hexdigest()[:16]


def copy_keys(settings: Settings, folder: Path, *, at: datetime) -> Path:
    """Write the keys to a folder of the operator's own, and remember it; return the file.

    :raise InvalidInput: no such folder, or one inside the data folder, whose loss it is against.
    :raise Conflict: there is a file of that name already, with other keys in it.
    """
    ring = keyring(settings)
    data_dir, folder = settings.data_dir.resolve(), folder.resolve()
    if not folder.is_dir():
        raise InvalidInput(
            gettext("Le dossier %(folder)s n'existe pas.", folder=folder),
            field="FOLDER",
            remedy=gettext("Créez-le d'abord."),
        )
    if folder.is_relative_to(data_dir):
        raise InvalidInput(
            gettext("Ce dossier est dans celui des données : une panne emporterait les deux."),
            field="FOLDER",
            remedy=gettext("Choisissez un autre support : clé USB, coffre, autre machine."),
        )
    target = folder / f"fanal-keys-{fingerprint(ring)}.txt"
    _write(target, ring.as_text())
    record = {"fingerprint": fingerprint(ring), "path": str(target), "made_at": at.isoformat()}
    path = _record(settings)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(json.dumps(record))
    return target


def last_copy(settings: Settings) -> Copy | None:
    """Return the last copy that was made; None without any."""
    try:
        told = json.loads(_record(settings).read_text())
        return Copy(
            told["fingerprint"], Path(told["path"]), datetime.fromisoformat(told["made_at"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def check_keys(settings: Settings) -> Check:
    """Return whether the keys are there, hidden from others, and copied elsewhere as they are."""
    try:
        ring = keyring(settings)
    except (Unavailable, InvalidInput) as error:
        return wrong(error.message, error.remedy or "")
    if settings.master_keys is not None:
        return right(gettext("Les clés viennent de FANAL_MASTER_KEYS."))
    path = key_file(settings)
    if path.stat().st_mode & 0o077:
        return wrong(
            gettext("D'autres comptes de la machine peuvent lire les clés."),
            gettext("Lancez : chmod 600 %(file)s", file=path),
        )
    remedy = gettext("Lancez « fanal keys copy DOSSIER », sur un autre support que ce disque.")
    copy = last_copy(settings)
    if copy is None:
        return doubtful(
            gettext("Les clés n'ont pas de copie : aucune sauvegarde ne les contient."), remedy
        )
    if copy.fingerprint != fingerprint(ring):
        return doubtful(gettext("Les clés ont changé depuis leur dernière copie."), remedy)
    if copy.path.parent.is_dir() and not _is_whole(copy.path, ring):
        return doubtful(
            gettext("La copie des clés n'est plus dans %(folder)s.", folder=copy.path.parent),
            remedy,
        )
    return right(gettext("Les clés ont une copie, du %(day)s.", day=f"{copy.made_at:%Y-%m-%d}"))


def check_sealed(settings: Settings, session: Session) -> Check | None:
    """Return whether the keys are those of what is sealed here; None where it cannot be told.

    The session is the worker's. A backup that was restored beside keys of a later start looks
    right in every other way.
    """
    try:
        require_every_row(session)
        unreadable = unreadable_among(session, keyring(settings))
    except (Unavailable, InvalidInput):
        return None  # Said by the checks of the role, and of the keys.
    if not unreadable:
        return right(gettext("Les clés ouvrent ce qui est chiffré."))
    return wrong(
        gettext("Ces clés n'ouvrent pas ce qui est chiffré ici : il en faut d'autres."), put_back()
    )


def _write(target: Path, content: str) -> None:
    try:
        create_private(target, content.encode())
    except FileExistsError:
        if target.read_text() == content:
            return
        raise Conflict(
            gettext("Le fichier %(file)s existe déjà.", file=target),
            field="FOLDER",
            remedy=gettext("Donnez un autre nom, ou un dossier."),
        ) from None


def _is_whole(path: Path, ring: Keyring) -> bool:
    try:
        return path.read_text() == ring.as_text()
    except OSError:
        return False


def _record(settings: Settings) -> Path:
    return key_file(settings).with_name(RECORD_NAME)
