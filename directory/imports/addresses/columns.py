"""The columns of the national address base: those that are read, wherever they stand."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from directory.i18n import gettext
from directory.imports.broken import doubled_column
from directory.imports.remarks import BrokenFile

#: Between the cells.
DELIMITER = ";"


class Cells(NamedTuple):
    """The cells of a row that are read, as they stand in the file, under the base's own names."""

    id: str
    numero: str
    rep: str
    nom_voie: str
    code_postal: str
    code_insee: str
    nom_commune: str
    code_insee_ancienne_commune: str
    nom_ancienne_commune: str
    lon: str
    lat: str
    type_position: str
    nom_ld: str
    certification_commune: str


Pick = Callable[[Sequence[str]], tuple[str, ...]]


def picker(names: Sequence[str]) -> Pick:
    """Return what picks the `Cells` of a row, given the header of the file.

    :raise BrokenFile: a column is missing or comes twice, or another sign separates the cells.
    """
    missing = [name for name in Cells._fields if name not in names]
    if missing:
        raise _missing(names, missing)
    doubled = [name for name in Cells._fields if names.count(name) > 1]
    if doubled:
        raise doubled_column(doubled[0])
    return itemgetter(*(names.index(name) for name in Cells._fields))


def _missing(names: Sequence[str], missing: Sequence[str]) -> BrokenFile:
    separated = "".join(names)
    for sign, told in ((",", gettext("des virgules")), ("\t", gettext("des tabulations"))):
        if separated.count(sign) >= len(Cells._fields):
            return BrokenFile(
                gettext("Les colonnes sont séparées par %(sign)s.", sign=told),
                line=1,
                field="file",
                remedy=gettext("La base nationale les sépare par des points-virgules (;)."),
            )
    return BrokenFile(
        gettext("Il manque ces colonnes : %(columns)s.", columns=", ".join(missing)),
        line=1,
        field=missing[0],
        remedy=gettext(
            "Prenez le fichier « adresses-XX.csv.gz » de la base adresse nationale, format CSV."
        ),
    )
