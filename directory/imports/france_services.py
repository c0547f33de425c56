"""France Services, as the State publishes the list: one row for each site.

Rows of one `groupe_fs`, and antennas named after their main site, are places of one service. The
file says nothing of public holidays, wheelchairs or areas served, so neither do we.
"""

from collections.abc import Mapping as Values
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from directory.i18n import gettext
from directory.imports.france_services_place import credential, place
from directory.imports.france_services_sites import SiteGroup, site_groups
from directory.imports.mapping import LONGEST_KEY, MappedService, Mapping, Remarks
from directory.imports.places import find_commune, points_are_unchecked
from directory.imports.rows import SourceRow
from directory.listings.conditions import Conditions, Cost
from directory.listings.drafts import OrganizationDraft, ServiceDraft, Source
from directory.territories import Commune, Gazetteer

SOURCE_NAME = "france-services"
LICENCE = "Licence Ouverte 2.0"
NETWORK = "France Services"

COLUMNS = (
    "id_fs",
    "insee_dep",
    "lib_fs",
    "adresse",
    "complement_adresse",
    "insee_com",
    "code_postal",
    "lib_com",
    "latitude",
    "longitude",
    "mail",
    "telephone",
    "h_lundi",
    "h_mardi",
    "h_mercredi",
    "h_jeudi",
    "h_vendredi",
    "h_samedi",
    "prise_rdv",
    "commentaire",
    "type_fs",
    "format_fs",
    "groupe_fs",
    "labellisation_fs",
)

#: Everybody is received, and it costs nothing: the charter of the network.
_CONDITIONS = Conditions(welcome="unconditional", cost=Cost(kind="free"), modes=("on-site",))


@dataclass(frozen=True, slots=True)
class FranceServices:
    """The importer; `dated_on` is the day the list was true, which the file does not say."""

    gazetteer: Gazetteer
    dated_on: date | None = None

    @property
    def columns(self) -> Sequence[str]:
        """The columns that a file must have."""
        return COLUMNS

    @property
    def source(self) -> Source:
        """Where the drafts come from."""
        return Source(SOURCE_NAME, self.dated_on, LICENCE)

    def map(self, rows: Sequence[SourceRow], *, file: str) -> Mapping:
        """Return the services of all rows, in the order of the file."""
        remarks = {row.line: Remarks(file, row.line) for row in rows}
        communes = self._communes(rows, remarks)
        sound = [row for row in rows if row.line in communes]
        services = tuple(
            _service(group, communes, remarks) for group in site_groups(sound, remarks)
        )
        unchecked = points_are_unchecked(self.gazetteer, file)
        told = (r for of_row in remarks.values() for r in of_row.found)
        return Mapping(services, (*unchecked, *told))

    def _communes(
        self, rows: Sequence[SourceRow], remarks: dict[int, Remarks]
    ) -> dict[int, Commune]:
        """Return the commune of each row that can be taken; refuse the others."""
        found: dict[int, Commune] = {}
        seen: set[str] = set()
        for row in rows:
            told, values = remarks[row.line], row.values
            if not _has_identity(values, seen, told):
                continue
            seen.add(values["id_fs"])
            commune = find_commune(
                self.gazetteer,
                values["insee_com"],
                values["lib_com"],
                values["code_postal"],
                "insee_com",
                told,
            )
            if commune is not None:
                found[row.line] = commune
        return found


def _has_identity(values: Values[str, str], seen: set[str], remarks: Remarks) -> bool:
    key, name = values["id_fs"], values["lib_fs"]
    if not key or not name:
        remarks.refuse(
            "lib_fs" if key else "id_fs",
            "",
            gettext("La ligne n'a pas de numéro ou pas de nom."),
            gettext("Complétez-la à la source."),
        )
    elif len(key) > LONGEST_KEY:
        remarks.refuse(
            "id_fs",
            key[:LONGEST_KEY],
            gettext("Ce numéro est trop long."),
            gettext("Restez sous %(most)s signes.", most=LONGEST_KEY),
        )
    elif key in seen:
        remarks.refuse(
            "id_fs",
            key,
            gettext("Ce numéro est déjà celui d'une ligne précédente."),
            gettext("Gardez une seule des deux lignes."),
        )
    return bool(key and name) and len(key) <= LONGEST_KEY and key not in seen


def _service(
    group: SiteGroup, communes: dict[int, Commune], remarks: dict[int, Remarks]
) -> MappedService:
    credentials = (credential(row.values, remarks[row.line]) for row in group.rows)
    draft = ServiceDraft(
        key=group.key,
        organization=OrganizationDraft(key=group.key, name=group.name, networks=(NETWORK,)),
        category="france-services",
        name=group.name,
        places=tuple(
            place(row.values, group.name, communes[row.line], remarks[row.line])
            for row in group.rows
        ),
        conditions=_CONDITIONS,
        credentials=tuple(dict.fromkeys(filter(None, credentials))),
    )
    return MappedService(draft, tuple(row.line for row in group.rows))
