"""The shape of every answer, for the document and for the test that compares; never in between.

Members are those of `answers.py`; nothing is checked when answering.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from directory.geocoding import Precision
from directory.opening_hours import State
from directory.search.queries import Match
from directory.territories import Kind

Longitude = Annotated[float, Field(description="Degrés WGS 84.", ge=-180, le=180)]
Latitude = Annotated[float, Field(description="Degrés WGS 84.", ge=-90, le=90)]
InseeCode = Annotated[str, Field(description="Code INSEE de la commune.")]
Count = Annotated[int, Field(ge=0)]


class Shape(BaseModel):
    """Exactly these members, no other."""

    model_config = ConfigDict(extra="forbid")


class OriginShape(Shape):
    """D'où part la recherche."""

    label: str
    latitude: Latitude
    longitude: Longitude
    precision: Precision
    insee_code: InseeCode
    insee_code_certain: bool = Field(
        description="`false` : la commune est supposée, d'après le point."
    )
    source: str = Field(
        description="D'où vient cette position. `ban` : la Base adresse nationale, chargée ici ; "
        "`geoplateforme` : le service national d'adresses ; `communes` : le centre de la "
        "commune ; `point` : celui qui a été donné."
    )
    notice: str | None = Field(description="Ce qu'il faut savoir de cette position.")


class ServiceShape(Shape):
    """Le service rendu."""

    id: int
    name: str
    category: str = Field(description="Code du type de service.")
    category_label: str
    description: str | None


class OrganizationShape(Shape):
    """La structure qui le rend."""

    id: int
    name: str


class LocationShape(Shape):
    """Le lieu. Une adresse confidentielle ne donne que le centre de sa commune."""

    id: int
    name: str | None
    address: str | None
    postal_code: str | None
    city: str
    insee_code: InseeCode
    latitude: Latitude | None
    longitude: Longitude | None
    precision: str
    privacy: str = Field(description="`public`, ou la raison pour laquelle l'adresse est tue.")


class OpeningShape(Shape):
    """L'ouverture à l'heure demandée, sinon maintenant."""

    state: State
    until: datetime | None = Field(description="Quand cet état change.")
    next_opening: datetime | None
    text: str = Field(description="La même chose en français.")


class CostShape(Shape):
    """Ce que cela coûte."""

    kind: str
    text: str | None


class DocumentShape(Shape):
    """Un papier à apporter."""

    code: str
    text: str | None


class ConditionsShape(Shape):
    """Qui est reçu, comment, à quel coût. Absent veut dire : personne ne l'a dit."""

    welcome: str | None
    audiences: list[str] = Field(description="Vide : tout le monde.")
    audience_text: str | None
    minimum_age: int | None
    maximum_age: int | None
    access: list[str]
    cost: CostShape | None
    documents: list[DocumentShape]
    languages: list[str]
    modes: list[str]
    animals: bool | None
    accessibility: list[str]
    accessible: bool | None = Field(description="En fauteuil roulant.")


class PhoneShape(Shape):
    """Un numéro public."""

    number: str
    display: str
    uri: str
    label: str | None


class CapacityShape(Shape):
    """Les places, telles que déclarées."""

    status: str
    places_maximum: int | None
    places_free: int | None
    days_to_first_appointment: int | None
    declared_at: datetime
    expires_at: datetime


class SourceShape(Shape):
    """D'où vient la fiche."""

    name: str
    key: str
    dated_on: str | None
    licence: str | None


class ListingShape(Shape):
    """Un service rendu en un lieu."""

    id: int
    service: ServiceShape
    organization: OrganizationShape
    location: LocationShape | None
    opening: OpeningShape
    conditions: ConditionsShape
    phones: list[PhoneShape]
    areas: list[str] = Field(description="Territoires servis (`departement:93`). Vide : tous.")
    capacity: CapacityShape | None
    notice: str | None
    is_home_base: bool = Field(description="`true` : ne pas s'y rendre sans appeler.")
    demonstration: bool = Field(description="`true` : service fictif, pour essayer.")
    verified_at: datetime | None
    source: SourceShape


class ResultShape(ListingShape):
    """Un résultat."""

    match: Match = Field(
        description="`radius` : sur place ; `service_area` : plus loin, mais sert la commune ; "
        "`remote` : à distance."
    )
    distance_m: float | None = Field(
        description="Mètres à vol d'oiseau, au millimètre ; `null` sans position.", ge=0
    )
    covers_commune: bool | None = Field(
        description="La commune de départ est-elle servie ? `null` : aucun territoire n'est dit."
    )


class WiderShape(Shape):
    """Ce que donnerait un autre rayon."""

    radius_m: int
    total_at_least: Count = Field(description="On ne compte pas au-delà de 200.")


class LighterShape(Shape):
    """Ce que donnerait la même question sans ce filtre."""

    parameter: str
    total_at_least: Count = Field(description="On ne compte pas au-delà de 200.")


class WidenShape(Shape):
    """Les issues, quand rien n'est sur place dans le rayon."""

    nearest: list[ResultShape] = Field(description="Les trois plus proches au-delà.")
    within: list[WiderShape]
    without: list[LighterShape]


class SearchAnswer(Shape):
    """La réponse à une recherche."""

    origin: OriginShape
    total: Count | None = Field(
        description="Nombre de services sur place dans le rayon ; `null` au-delà de 200, "
        "sauf avec `count=exact`."
    )
    total_at_least: Count
    radius_m: int
    results: list[ResultShape] = Field(
        description="Sur place par distance, puis ceux qui servent la commune, puis à distance. "
        "Les deux derniers groupes sont sur la première page seulement."
    )
    widen: WidenShape | None
    next: str | None = Field(description="Valeur de `cursor` pour la page suivante.")


class HoursShape(Shape):
    """Les règles d'horaires de l'accueil, semaines, saisons et fermetures annoncées comprises."""

    osm: str | None = Field(
        description="Texte `opening_hours` d'OpenStreetMap ; `null` quand il ne sait pas les dire."
    )
    lines: list[str] = Field(description="Les mêmes en mots, une règle par ligne.")


class StopShape(Shape):
    """Un arrêt de la tournée."""

    id: int
    location: LocationShape | None
    opening: OpeningShape


class ContactShape(Shape):
    """Une adresse électronique ou un site public."""

    name: str | None
    email: str | None
    website: str | None


class CredentialShape(Shape):
    """Un label, un agrément, une habilitation."""

    kind: str
    number: str | None
    authority: str | None
    starts_on: str | None
    ends_on: str | None


class ServiceAtLocation(ListingShape):
    """Une fiche entière."""

    hours: HoursShape
    contacts: list[ContactShape]
    attributes: dict[str, Any] = Field(description="Ce qui est propre au type de service.")
    credentials: list[CredentialShape]
    area_notes: dict[str, str]
    organization_website: str | None
    stops: list[StopShape] = Field(description="Les arrêts, s'il s'agit d'une tournée.")


class CodeElsewhere(Shape):
    """Le même type, sous le nom d'un autre système."""

    system: str
    code: str


class CategoryShape(Shape):
    """Un type de service."""

    id: int
    code: str
    label: str
    parents: list[str] = Field(description="Les types plus larges : le graphe en admet plusieurs.")
    words: list[str] = Field(description="Comment les gens le demandent.")
    is_sensitive: bool
    crosswalk: list[CodeElsewhere]


class CategoriesAnswer(Shape):
    """Tous les types de services."""

    categories: list[CategoryShape]


class TerritoryShape(Shape):
    """Une commune, ou un arrondissement de Paris, Lyon ou Marseille."""

    label: str
    insee_code: InseeCode
    name: str
    kind: Kind
    departement: str
    departement_name: str
    postal_codes: list[str]
    population: int | None
    latitude: Latitude | None
    longitude: Longitude | None
    is_approximate: bool


class TerritoriesAnswer(Shape):
    """Les communes qu'un texte peut désigner."""

    territories: list[TerritoryShape]
    remedy: str | None = Field(description="Que faire quand il n'y en a aucune.")


class Fault(Shape):
    """Une valeur en cause."""

    field: str | None
    detail: str
    remedy: str | None


class Problem(Shape):
    """Un problème (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="Le chemin demandé, sans ses paramètres.")
    field: str | None = Field(None, description="Le paramètre en cause.")
    remedy: str | None = Field(None, description="Que faire.")
    errors: list[Fault] | None = Field(None, description="Chaque valeur en cause.")
    choices: list[TerritoryShape] | None = Field(
        None, description="Les communes possibles : rappelez avec `insee`."
    )


ANSWERS: tuple[type[Shape], ...] = (
    SearchAnswer,
    ServiceAtLocation,
    CategoriesAnswer,
    TerritoriesAnswer,
    Problem,
)
