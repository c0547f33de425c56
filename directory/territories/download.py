"""Fetching the official table of communes, from one known host, within a time and a size."""

import time
from urllib.parse import urlsplit

import httpx

from directory.errors import InvalidInput, Unavailable
from directory.i18n import gettext
from directory.territories.geo_api import FIELDS
from directory.territories.sources import LARGEST_FILE

#: The only hosts an update may be fetched from.
ALLOWED_HOSTS = frozenset({"geo.api.gouv.fr"})

OFFICIAL_URL = (
    "https://geo.api.gouv.fr/communes"
    "?type=commune-actuelle,arrondissement-municipal&zone=metro,drom,com"
    f"&fields={','.join(FIELDS)}"
)

#: The whole answer is some 20 MB.
LONGEST_DOWNLOAD_S = 300.0


def download(
    url: str = OFFICIAL_URL,
    *,
    allowed_hosts: frozenset[str] = ALLOWED_HOSTS,
    longest_s: float = LONGEST_DOWNLOAD_S,
    largest: int = LARGEST_FILE,
) -> bytes:
    """Return the bytes at an address.

    :raise InvalidInput: the host is not one that is allowed; a redirect is never followed.
    :raise Unavailable: there is no network, or the answer is an error, too slow or too large.
    """
    if urlsplit(url).hostname not in allowed_hosts:
        raise InvalidInput(
            gettext("L'adresse « %(url)s » n'est pas une source connue.", url=url[:80]),
            field="url",
            remedy=gettext("Téléchargez le fichier, puis « fanal territories import FICHIER »."),
        )
    deadline = time.monotonic() + longest_s
    try:
        with httpx.stream("GET", url, timeout=httpx.Timeout(30.0, connect=5.0)) as response:
            response.raise_for_status()
            if response.status_code != httpx.codes.OK:
                raise _unreachable(url)
            return _read(response, deadline, largest, url)
    except httpx.HTTPError as error:
        raise _unreachable(url) from error


def _read(response: httpx.Response, deadline: float, largest: int, url: str) -> bytes:
    content = bytearray()
    for part in response.iter_bytes():
        content += part
        if len(content) > largest or time.monotonic() > deadline:
            raise _unreachable(url)
    return bytes(content)


def _unreachable(url: str) -> Unavailable:
    return Unavailable(
        gettext(
            "La table des communes n'a pas pu être téléchargée de %(host)s.",
            host=urlsplit(url).hostname,
        ),
        remedy=gettext(
            "Vérifiez le réseau ; sans réseau, apportez le fichier et lancez "
            "« fanal territories import FICHIER »."
        ),
    )
