"""Listings in our own columns, those of `seed_listings.csv`: leads read in public documents.

Such a row names a service, its commune or the territory it serves, and the document that says so.
Nobody verified it: it has no hours, no verification date, and says where it was read.
"""

from collections.abc import Mapping as Values
from collections.abc import Sequence
from dataclasses import dataclass

from directory.i18n import gettext
from directory.imports.mapping import LONGEST_KEY, MappedService, Mapping, Remarks
from directory.imports.places import find_commune
from directory.imports.rows import SourceRow
from directory.imports.seed_areas import AREA_KINDS, areas
from directory.listings.conditions import Conditions
from directory.listings.drafts import (
    LocationDraft,
    OrganizationDraft,
    PlaceDraft,
    ServiceDraft,
    Source,
)
from directory.listings.vocabulary import BY_CODE, plain
from directory.territories import Commune, Gazetteer

SOURCE_NAME = "seed"
LICENCE = "Faits tirés de documents publics"

COLUMNS = (
    "key",
    "organization",
    "service_name",
    "category",
    "food_kind",
    "description",
    "audience",
    "itinerant",
    "commune",
    "insee_code",
    "area_kind",
    "area_codes",
    "year",
    "status",
    "source_document",
    "note",
)

#: Wordings that say one of our audiences exactly; any other stays words.
_AUDIENCES = {
    "jeunes": ("jeunes",),
    "étudiants": ("etudiants",),
    "étudiantes": ("etudiants", "femmes"),
    "familles": ("familles",),
    "gens du voyage": ("gens-du-voyage",),
    "allocataires du RSA": ("beneficiaires-rsa",),
    "demandeurs d'emploi": ("demandeurs-emploi",),
    "personnes exilées": ("exilees",),
    "personnes sans domicile": ("sans-domicile",),
    "personnes à la rue": ("sans-domicile",),
    "personnes en situation de prostitution": ("prostitution",),
    "ménages en difficulté budgétaire": ("surendettement",),
    "femmes victimes de violences": ("femmes", "victimes-de-violences"),
    "femmes victimes de violences avec enfants": ("femmes", "victimes-de-violences"),
}
_LONGEST = {"key": LONGEST_KEY, "organization": LONGEST_KEY, "audience": 300}
_EVERYBODY = ("", "tout public", "tous publics")

#: What the notice says of a status, in French as the documents are.
_STATUSES = {
    "running": "Il y est décrit comme en activité.",
    "announced": "Il y était annoncé : rien ne dit qu'il a ouvert.",
    "unknown": "Le document ne dit pas s'il fonctionne.",
}
_LEAD = "Piste à vérifier : service cité dans « {document} » ({year})."
_MOBILE = "Service itinérant : ne pas s'y rendre sans appeler."


@dataclass(frozen=True, slots=True)
class SeedListings:
    """The importer of a list; each list has a source name of its own."""

    gazetteer: Gazetteer
    source_name: str = SOURCE_NAME
    licence: str | None = LICENCE

    @property
    def columns(self) -> Sequence[str]:
        """The columns that a file must have."""
        return COLUMNS

    @property
    def source(self) -> Source:
        """Where the drafts come from; each says in its notice which document named it."""
        return Source(self.source_name, None, self.licence)

    def map(self, rows: Sequence[SourceRow], *, file: str) -> Mapping:
        """Return one service for each row that can be taken."""
        services: list[MappedService] = []
        told: list[Remarks] = []
        seen: set[str] = set()
        for row in rows:
            remarks = Remarks(file, row.line)
            told.append(remarks)
            draft = self._draft(row.values, seen, remarks)
            if draft is not None:
                seen.add(draft.key)
                services.append(MappedService(draft, (row.line,)))
        return Mapping(tuple(services), tuple(r for remarks in told for r in remarks.found))

    def _draft(
        self, values: Values[str, str], seen: set[str], remarks: Remarks
    ) -> ServiceDraft | None:
        category = values["food_kind"] or values["category"]
        if not _is_sound(values, category, seen, remarks):
            return None
        commune = None
        if values["insee_code"]:
            commune = find_commune(
                self.gazetteer, values["insee_code"], values["commune"], "", "insee_code", remarks
            )
            if commune is None:
                return None
        _tell(values, remarks)
        return ServiceDraft(
            key=values["key"],
            organization=OrganizationDraft(
                key=plain(values["organization"]), name=values["organization"]
            ),
            category=category,
            name=values["service_name"],
            places=(_place(values, commune),),
            description=values["description"] or None,
            conditions=_conditions(values["audience"]),
            areas=areas(self.gazetteer, values, remarks),
        )


def _is_sound(values: Values[str, str], category: str, seen: set[str], remarks: Remarks) -> bool:
    """Tell whether the row can be taken; refuse it on the first thing that stands in the way."""
    for column in ("key", "organization", "service_name", "category"):
        if not values[column]:
            remarks.refuse(
                column, "", gettext("La case est vide."), gettext("Elle est obligatoire.")
            )
            return False
    for column, most in _LONGEST.items():
        if len(values[column]) > most:
            remarks.refuse(
                column,
                values[column][:most],
                gettext("Ce texte est trop long."),
                gettext("Restez sous %(most)s signes.", most=most),
            )
            return False
    if values["key"] in seen:
        remarks.refuse(
            "key",
            values["key"],
            gettext("Cette clé est déjà celle d'une ligne précédente."),
            gettext("Donnez à chaque ligne une clé à elle."),
        )
    elif category not in BY_CODE or values["category"] not in BY_CODE:
        column = "food_kind" if values["category"] in BY_CODE else "category"
        remarks.refuse(
            column,
            values[column],
            gettext("Ce type de service n'existe pas."),
            gettext("Choisissez parmi : %(codes)s.", codes=", ".join(BY_CODE)),
        )
    elif values["area_kind"] and values["area_kind"] not in AREA_KINDS:
        remarks.refuse(
            "area_kind",
            values["area_kind"],
            gettext("Ce genre de territoire n'existe pas."),
            gettext("Choisissez parmi : %(kinds)s.", kinds=", ".join(AREA_KINDS)),
        )
    else:
        return True
    return False


def _place(values: Values[str, str], commune: Commune | None) -> PlaceDraft:
    is_mobile = values["itinerant"] == "yes"
    return PlaceDraft(
        key=values["key"],
        location=_location(values, commune) if commune else None,
        is_home_base=is_mobile and commune is not None,
        notice=_notice(values, is_mobile),
    )


def _location(values: Values[str, str], commune: Commune) -> LocationDraft:
    # A refuge may get its address by hand one day: it must be hidden before that day.
    is_sensitive = "violence" in plain(values["audience"])
    return LocationDraft(
        key=values["key"],
        city=commune.name,
        insee_code=commune.insee_code,
        privacy="hidden" if is_sensitive else None,
        time_zone=commune.time_zone,
        holiday_zone=commune.holiday_zone,
        school_zone=commune.school_zone,
    )


def _conditions(audience: str) -> Conditions:
    if audience in _EVERYBODY:
        return Conditions()
    return Conditions(audiences=_AUDIENCES.get(audience, ()), audience_text=audience)


def _notice(values: Values[str, str], is_mobile: bool) -> str:
    lead = _LEAD.format(document=values["source_document"], year=values["year"])
    status = _STATUSES.get(values["status"], _STATUSES["unknown"])
    return "\n".join(filter(None, (f"{lead} {status}", _MOBILE if is_mobile else "")))


def _tell(values: Values[str, str], remarks: Remarks) -> None:
    """Keep in the report what has no field of its own."""
    if values["note"]:
        remarks.note("note", values["note"], gettext("La note de la liste est à relire."))
    if values["status"] not in _STATUSES:
        remarks.doubt(
            "status",
            values["status"],
            gettext("Cet état est inconnu."),
            gettext("Écrivez : %(known)s.", known=", ".join(_STATUSES)),
        )
    if values["itinerant"] not in ("yes", "no", ""):
        remarks.doubt("itinerant", values["itinerant"], gettext("Écrivez yes ou no."))
