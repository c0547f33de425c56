"""Files of communes: opened, checked as a whole, and completed with what they do not say."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.territories.commune import Commune
from directory.territories.geo_api import read_json
from directory.territories.official_csv import read_csv

#: A table of communes is under 30 MB; more is a mistake or a trap.
LARGEST_FILE = 100_000_000

BUNDLED_NAME = "communes.csv.gz"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table of communes comes from."""

    #: The file or address, as an operator would recognise it.
    name: str
    licence: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CommuneTable:
    """A whole table of communes, read and found sound."""

    source: Source
    communes: tuple[Commune, ...]


OFFICIAL_LICENCE = "Licence Ouverte 2.0"
BUNDLED_LICENCE = "Licence Ouverte 2.0 ; positions GeoNames, CC BY 4.0"


def read_file(path: Path) -> CommuneTable:
    """Read a file of communes (CSV or JSON, gzipped or not), completed from the bundled table.

    :raise InvalidInput: it cannot be opened, is cut, or holds a value that cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            gettext("Le fichier « %(file)s » ne peut pas être ouvert.", file=path.name),
            field="file",
            remedy=gettext("Vérifiez son chemin et ses droits de lecture."),
        ) from error
    return read_content(content, name=path.name)


def read_content(content: bytes, *, name: str) -> CommuneTable:
    """Read the bytes of a file of communes: see `read_file`."""
    communes = _sound(_text(content))
    source = Source(name, OFFICIAL_LICENCE, hashlib.sha256(content).hexdigest())
    return CommuneTable(source, tuple(_completed(communes)))


@cache
def bundled() -> CommuneTable:
    """Return the table shipped with the package, whose positions are partly approximate."""
    content = files("directory.territories").joinpath("bundled", BUNDLED_NAME).read_bytes()
    source = Source("bundled", BUNDLED_LICENCE, hashlib.sha256(content).hexdigest())
    return CommuneTable(source, tuple(_sound(_text(content))))


def _text(content: bytes) -> str:
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(content)
    if len(content) > LARGEST_FILE:
        raise _too_large()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            gettext("Ligne %(line)s : le texte n'est pas en UTF-8.", line=line),
            field="file",
            remedy=gettext("Enregistrez le fichier en UTF-8."),
        ) from error
    if not text.strip():
        raise InvalidInput(
            gettext("Le fichier est vide."),
            field="file",
            remedy=gettext("Téléchargez-le de nouveau."),
        )
    return text


def _unpacked(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            return packed.read(LARGEST_FILE + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise InvalidInput(
            gettext("Le fichier compressé est tronqué ou abîmé."),
            field="file",
            remedy=gettext("Téléchargez-le de nouveau."),
        ) from error


def _sound(text: str) -> list[Commune]:
    """Read every row, refusing an empty table and a code that comes twice."""
    rows = read_json(text) if text.lstrip()[:1] in "[{" else read_csv(text)
    lines: dict[str, int] = {}
    communes = []
    for line, commune in rows:
        if commune.insee_code in lines:
            raise InvalidInput(
                gettext(
                    "Ligne %(line)s : le code « %(code)s » est déjà à la ligne %(first)s.",
                    line=line,
                    code=commune.insee_code,
                    first=lines[commune.insee_code],
                ),
                field="code",
                remedy=gettext("Gardez une seule ligne par code."),
            )
        lines[commune.insee_code] = line
        communes.append(commune)
    if not communes:
        raise InvalidInput(
            gettext("Le fichier ne contient aucune commune."),
            field="file",
            remedy=gettext("Téléchargez-le de nouveau."),
        )
    return communes


def _completed(communes: Iterable[Commune]) -> list[Commune]:
    """Add what official files leave out: the EPT, the names of merged communes, and the rough
    place of the few communes whose centre nobody publishes."""
    known = {commune.insee_code: commune for commune in bundled().communes}
    return [
        _completed_from(commune, known[commune.insee_code])
        if commune.insee_code in known
        else commune
        for commune in communes
    ]


def _completed_from(commune: Commune, known: Commune) -> Commune:
    has_position = commune.position is not None
    return replace(
        commune,
        ept=commune.ept or known.ept,
        position=commune.position if has_position else known.position,
        is_approximate=commune.is_approximate if has_position else known.position is not None,
        former_codes=commune.former_codes or known.former_codes,
        former_names=commune.former_names or known.former_names,
    )


def _too_large() -> InvalidInput:
    return InvalidInput(
        gettext("Le fichier est trop gros pour une table de communes."),
        field="file",
        remedy=gettext("Vérifiez que c'est le bon fichier."),
    )
