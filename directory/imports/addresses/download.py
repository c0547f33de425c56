"""Fetching the file of a département: from known hosts, within a size, and on from where it broke
off."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import httpx

from directory.errors import Conflict, InvalidInput, Unavailable
from directory.i18n import gettext
from directory.imports.addresses.checksums import announced_sha256, require_sha256
from directory.territories.areas import area_name

#: The only hosts files may be fetched from, besides the mirror that the settings name.
ALLOWED_HOSTS = frozenset({"adresse.data.gouv.fr"})

#: Packed. The largest département has 30 MB.
LARGEST_FILE = 500_000_000

LONGEST_DOWNLOAD_S = 1_800.0

#: How often a broken transfer is taken up again before the person is told.
ATTEMPTS = 3

_REDIRECTS = 3

#: Tells how many bytes there are, and how many there will be when that is known.
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a transfer may take."""

    largest: int = LARGEST_FILE
    longest_s: float = LONGEST_DOWNLOAD_S


@dataclass(frozen=True, slots=True)
class Download:
    """A file that was fetched whole."""

    path: Path
    #: The day the server says it was last changed.
    dated_on: date | None


def department_url(base_url: str, code: str) -> str:
    """Return the address of the file of a département, below the folder it is published in.

    :raise InvalidInput: there is no such département.
    """
    if area_name(f"departement:{code}") is None:
        raise InvalidInput(
            gettext("« %(code)s » n'est pas un département.", code=code[:20]),
            field="code",
            remedy=gettext("Donnez son code : 93, 2A, 974."),
        )
    return f"{base_url.rstrip('/')}/adresses-{code}.csv.gz"


def download(
    url: str,
    folder: Path,
    *,
    sha256: str | None = None,
    allowed_hosts: frozenset[str] = ALLOWED_HOSTS,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Download:
    """Fetch a file into a folder, beginning with the part an earlier attempt left there.

    Its checksum is compared with the one given, else with the one the server announces.

    :raise InvalidInput: the host is not one that is allowed, or the checksum is another.
    :raise Unavailable: there is no network, or the answer is an error, too slow, too large or cut;
        or the folder cannot be written.
    :raise Conflict: somebody else is fetching the same file.
    """
    limits = limits or Limits()
    path = folder / urlsplit(url).path.rsplit("/", 1)[-1]
    deadline = time.monotonic() + limits.longest_s
    transfer = _Transfer(url, allowed_hosts, limits.largest, deadline, progress)
    try:
        _fetch_into(path, transfer, sha256)
    except OSError as error:
        raise Unavailable(
            gettext(
                "Rien ne peut être écrit dans « %(folder)s » : %(why)s.",
                folder=folder,
                why=error.strerror,
            ),
            remedy=gettext("Faites de la place, ou vérifiez les droits de ce dossier."),
        ) from error
    return Download(path, _last_changed(transfer.headers))


def _fetch_into(path: Path, transfer: "_Transfer", sha256: str | None) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with _held(part) as target:
        transfer.fetch(part, target)
        try:
            require_sha256(part, sha256 or announced_sha256(transfer.headers))
        except InvalidInput:
            part.unlink()
            raise
        part.replace(path)
        _version_of(part).unlink(missing_ok=True)


class _Transfer:
    """One file on its way, over as many requests as it takes."""

    def __init__(
        self,
        url: str,
        allowed_hosts: frozenset[str],
        largest: int,
        deadline: float,
        progress: Progress | None,
    ) -> None:
        self._url = url
        self._allowed_hosts = allowed_hosts
        self._largest = largest
        self._deadline = deadline
        self._progress = progress
        #: Of the last answer.
        self.headers = httpx.Headers()

    def fetch(self, part: Path, target: BinaryIO) -> None:
        """Fill the file to its end; what arrives before a failure stays for the next attempt.

        A broken transfer is taken up again when it had moved on.
        """
        for attempt in range(1, ATTEMPTS + 1):
            before = target.seek(0, os.SEEK_END)
            try:
                self._ask(part, target)
            except httpx.TransportError as error:
                size = target.seek(0, os.SEEK_END)
                if attempt == ATTEMPTS or size == before or time.monotonic() > self._deadline:
                    raise _unreachable(self._url, has_part=size > 0) from error
            else:
                return

    def _ask(self, part: Path, target: BinaryIO) -> None:
        url = self._url
        for _ in range(_REDIRECTS):
            _check_host(url, self._allowed_hosts, self._url)
            headers = {"Accept-Encoding": "identity", **_range(part, target)}
            timeout = httpx.Timeout(30.0, connect=5.0)
            with httpx.stream("GET", url, headers=headers, timeout=timeout) as answer:
                if not answer.has_redirect_location:
                    self._take(answer, part, target)
                    return
                url = urljoin(url, answer.headers["location"])
        raise _unreachable(self._url)

    def _take(self, answer: httpx.Response, part: Path, target: BinaryIO) -> None:
        self.headers = answer.headers
        begins_at = _begins_at(answer)
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            # The part is longer than the file: it belongs to another one.
            target.truncate(0)
            _version_of(part).unlink(missing_ok=True)
            raise httpx.RemoteProtocolError("the part is longer than the file")
        if begins_at is None or begins_at > target.seek(0, os.SEEK_END):
            raise _unreachable(self._url, status=answer.status_code)
        target.truncate(begins_at)
        target.seek(begins_at)
        _version_of(part).write_text(_version(answer), encoding="ascii", errors="replace")
        size = _size(answer, begins_at)
        self._check_size(size or 0, target)
        for piece in answer.iter_raw():
            target.write(piece)
            self._check_size(target.tell(), target)
            if time.monotonic() > self._deadline:
                raise _unreachable(self._url, has_part=True)
            if self._progress is not None:
                self._progress(target.tell(), size)
        target.flush()
        if size is not None and target.tell() != size:
            raise httpx.RemoteProtocolError("another size than announced")

    def _check_size(self, size: int, target: BinaryIO) -> None:
        if size > self._largest:
            target.truncate(0)
            raise _too_large(self._url)


@contextmanager
def _held(part: Path) -> Iterator[BinaryIO]:
    """Open the part for oneself alone, at its end."""
    with part.open("ab+") as target:
        try:
            fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise _being_fetched(part) from error
        # Whoever held it may have renamed it since it was opened: it is now the whole file.
        if not (part.exists() and os.path.samestat(part.stat(), os.fstat(target.fileno()))):
            raise _being_fetched(part)
        yield target


def _being_fetched(part: Path) -> Conflict:
    return Conflict(
        gettext("Le fichier « %(file)s » est déjà en téléchargement.", file=part.stem),
        field="code",
        remedy=gettext("Attendez qu'il finisse, puis recommencez."),
    )


def _range(part: Path, target: BinaryIO) -> dict[str, str]:
    """Return what asks for the rest of a part, as long as the file has not changed meanwhile."""
    size, version = target.seek(0, os.SEEK_END), ""
    if size and _version_of(part).exists():
        version = _version_of(part).read_text(encoding="ascii", errors="replace")
    return {"Range": f"bytes={size}-", "If-Range": version} if version else {}


def _version_of(part: Path) -> Path:
    """Return the file that notes of which version a part is."""
    return part.with_name(f"{part.name}.version")


def _version(answer: httpx.Response) -> str:
    """Return what tells two versions of a file apart, empty when nothing reliable does."""
    tag = answer.headers.get("etag", "W/")
    if not tag.startswith("W/"):
        return str(tag)
    return str(answer.headers.get("last-modified", ""))


def _begins_at(answer: httpx.Response) -> int | None:
    """Return at which byte of the file an answer begins, None when it is no part of it."""
    if answer.status_code == httpx.codes.OK:
        return 0
    unit, _, range_ = answer.headers.get("content-range", "").partition(" ")
    first = range_.partition("-")[0]
    if answer.status_code != httpx.codes.PARTIAL_CONTENT or unit != "bytes" or not first.isdigit():
        return None
    return int(first)


def _size(answer: httpx.Response, begins_at: int) -> int | None:
    """Return the size of the whole file, None when the server does not tell."""
    length = answer.headers.get("content-length", "")
    return begins_at + int(length) if length.isascii() and length.isdigit() else None


def _last_changed(headers: httpx.Headers) -> date | None:
    try:
        return parsedate_to_datetime(headers.get("last-modified", "")).date()
    except ValueError:
        return None


def _check_host(url: str, allowed_hosts: frozenset[str], asked: str) -> None:
    parts, first = urlsplit(url), urlsplit(asked)
    is_weaker = first.scheme == "https" and parts.scheme != "https"
    if parts.hostname in allowed_hosts and parts.scheme in ("http", "https") and not is_weaker:
        return
    raise InvalidInput(
        gettext("L'adresse « %(url)s » n'est pas une source connue.", url=url[:80]),
        field="url",
        remedy=_by_hand(),
    )


def _too_large(url: str) -> Unavailable:
    return Unavailable(
        gettext("Le fichier proposé par %(host)s est trop gros.", host=urlsplit(url).hostname),
        remedy=_by_hand(),
    )


def _unreachable(url: str, *, has_part: bool = False, status: int | None = None) -> Unavailable:
    host = urlsplit(url).hostname
    if status == httpx.codes.NOT_FOUND:
        message = gettext("%(host)s ne publie pas ce département.", host=host)
    elif status is not None:
        message = gettext("%(host)s répond par une erreur (%(status)s).", host=host, status=status)
    else:
        message = gettext("Le fichier n'a pas pu être téléchargé de %(host)s.", host=host)
    again = gettext("Recommencez : le téléchargement reprendra où il s'est arrêté.")
    return Unavailable(message, remedy=again if has_part else _by_hand())


def _by_hand() -> str:
    return gettext(
        "Vérifiez le réseau ; sans réseau, apportez le fichier et lancez "
        "« fanal addresses import FICHIER »."
    )
