"""Which rows of France Services are sites of one service.

The file tells it in two ways: a common `groupe_fs`, or names like « X - Antenne de Y » beside a
row named « X ». Anything looser would marry neighbours who only share a telephone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from directory.i18n import gettext
from directory.imports.mapping import Remarks
from directory.imports.rows import SourceRow
from directory.listings.vocabulary import plain

_SITE_NAME = re.compile(r"(.+?)\s+[-–]\s*(?:site|antenne)\b", re.IGNORECASE)

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteGroup:
    """The sites of one service, the main one first. `key` is the main site's number."""

    key: str
    name: str
    rows: tuple[SourceRow, ...]


def site_groups(rows: Sequence[SourceRow], remarks: dict[int, Remarks]) -> list[SiteGroup]:
    """Return the rows gathered by service; every row is in exactly one group."""
    main_sites = {_name_key(row): row for row in reversed(rows) if not _stem(row)}
    groups: dict[_Key, list[SourceRow]] = {}
    for row in rows:
        groups.setdefault(_group_key(row, main_sites), []).append(row)
    for gathered in groups.values():
        _tell(gathered, remarks)
    return [_group(gathered) for gathered in groups.values()]


def _stem(row: SourceRow) -> str | None:
    """Return « X » of « X - Antenne de Y », None for any other name."""
    match = _SITE_NAME.match(row.values["lib_fs"])
    return match[1].strip() if match else None


def _name_key(row: SourceRow) -> _Key:
    return (row.values["insee_dep"], plain(row.values["lib_fs"]))


def _group_key(row: SourceRow, main_sites: dict[_Key, SourceRow]) -> _Key:
    departement, group = row.values["insee_dep"], row.values["groupe_fs"]
    if group:
        return ("group", departement, plain(group))
    stem = _stem(row)
    if stem is None:
        is_first = main_sites.get(_name_key(row)) is row
        return ("name", *_name_key(row)) if is_first else ("row", row.values["id_fs"])
    named = (departement, plain(stem))
    main_site = main_sites.get(named)
    return _group_key(main_site, main_sites) if main_site else ("name", *named)


def _group(rows: list[SourceRow]) -> SiteGroup:
    ordered = sorted(rows, key=_main_first)
    main_site = ordered[0]
    return SiteGroup(main_site.values["id_fs"], _name(ordered), tuple(ordered))


def _main_first(row: SourceRow) -> tuple[bool, int, str]:
    key = row.values["id_fs"]
    number = int(key) if key.isascii() and key.isdigit() else 0
    return (row.values["type_fs"] != "Principal", number, key)


def _name(rows: list[SourceRow]) -> str:
    """Return the name of the whole: the group's, else what the names of the sites share."""
    values = rows[0].values
    if len(rows) == 1:
        return values["lib_fs"]
    group = _group_name(rows)
    if not group or _is_misplaced(rows):
        return _stem(rows[0]) or values["lib_fs"]
    return group if "france services" in plain(group) else f"France services {group}"


def _group_name(rows: list[SourceRow]) -> str:
    return next((row.values["groupe_fs"] for row in rows if row.values["groupe_fs"]), "")


def _is_misplaced(rows: list[SourceRow]) -> bool:
    """Tell whether a group has antennas but no site that is named like it.

    In the file of 2024 the antennas of Lessay (50) and of the Volvestre (31) bear each other's
    group. Main sites alone may well have a group of another name: it is that of their network.
    """
    words = {word for word in plain(_group_name(rows)).split() if len(word) > 3}
    named = {word for row in rows for word in plain(row.values["lib_fs"]).split()}
    has_antenna = any(row.values["type_fs"] == "Antenne" for row in rows)
    return has_antenna and len(rows) > 1 and bool(words) and not words & named


def _tell(rows: list[SourceRow], remarks: dict[int, Remarks]) -> None:
    is_misplaced = _is_misplaced(rows)
    for row in rows:
        told, name, group = remarks[row.line], row.values["lib_fs"], row.values["groupe_fs"]
        if group and is_misplaced:
            told.doubt("groupe_fs", group, gettext("Aucun site de ce groupe ne porte son nom."))
        elif len(rows) > 1 and not group:
            told.note("lib_fs", name, gettext("Le site est rattaché à un autre par son nom."))
        elif row.values["type_fs"] == "Antenne" and not group:
            told.note("type_fs", name, gettext("L'antenne n'a pas de site principal ici."))
