"""An invented directory of France: the same seed draws the same services.

Listings are drawn as the objects the application maps, never stored by them: `filling.py` copies
them, with the search entries that the application's own rules compute from them.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm.attributes import set_committed_value

from bench.terms import CATEGORY_WEIGHTS, Terms, draw_areas, draw_terms
from bench.towns import draw_spot, towns
from bench.weeks import draw_week
from directory.db import Base
from directory.geo import Position
from directory.listings.models import (
    Capacity,
    Closure,
    Contact,
    Credential,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from directory.listings.vocabulary import KINDS, Kind, plain
from directory.territories import Commune

#: Places of one lot; lots are drawn independently of each other, so that processes share them.
LOT = 5_000

SOURCE = "bench"

Entity = TypeVar("Entity", bound=Base)


@dataclass
class Lot:
    """Places numbered from one after `number * LOT` on, with all that hangs on them."""

    number: int
    seed: int
    #: When they were written.
    at: datetime
    organizations: list[Organization] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    places: list[ServiceAtLocation] = field(default_factory=list)
    credentials: dict[int, list[Credential]] = field(default_factory=dict)

    def next_id(self, made: list[Any]) -> int:
        """Return the number of the next record of a kind, unique over all lots."""
        return self.number * LOT + len(made) + 1


def draw_lot(number: int, size: int, seed: int, at: datetime) -> Lot:
    """Return the lot of this number with `size` places."""
    chance = random.Random(f"lot {seed} {number}")
    # As the database gives it back: cards quote their dates.
    lot = Lot(number, seed, at.astimezone(UTC))
    while len(lot.places) < size:
        _draw_site(lot, chance, size)
    return lot


def _draw_site(lot: Lot, chance: random.Random, size: int) -> None:
    """Add an address with the services of one organization."""
    commune = towns().draw(chance)
    organization = _organization(lot, chance, commune)
    neighbour = chance.choice(lot.locations) if lot.locations and chance.random() < 0.06 else None
    location = _location(lot, chance, commune, beside=neighbour)
    for _ in range(_services_at_one_address(chance)):
        if len(lot.places) == size:
            return
        kind = chance.choices(KINDS, weights=CATEGORY_WEIGHTS)[0]
        service = _service(lot, chance, organization, kind, commune)
        terms = draw_terms(chance, kind)
        _add_place(lot, chance, service, _where(lot, chance, commune, location, kind, terms), terms)
        while chance.random() < 0.05 and len(lot.places) < size:
            elsewhere = _location(lot, chance, commune)
            _add_place(lot, chance, service, elsewhere, terms)


def _services_at_one_address(chance: random.Random) -> int:
    """Draw how many: four on average, and at some addresses 15 to 40."""
    kind = chance.random()
    if kind < 0.42:
        return 1
    if kind < 0.62:
        return 2
    if kind < 0.82:
        return chance.randint(3, 5)
    return chance.randint(6, 12) if kind < 0.96 else chance.randint(15, 40)


def _where(
    lot: Lot,
    chance: random.Random,
    commune: Commune,
    location: Location,
    kind: Kind,
    terms: Terms,
) -> Location | None:
    if kind.is_sensitive:
        return _location(lot, chance, commune, privacy="hidden")
    return None if terms.is_without_place else location


def _organization(lot: Lot, chance: random.Random, commune: Commune) -> Organization:
    name = f"{chance.choice(_BODIES)} de {commune.name}"
    number = lot.next_id(lot.organizations)
    made = _record(
        Organization,
        number,
        name=name,
        sort_key=plain(name),
        kind="association",
        siret=None,
        networks=[],
        website=f"https://exemple.fr/{number}" if chance.random() < 0.4 else None,
    )
    lot.organizations.append(made)
    return made


def _location(
    lot: Lot,
    chance: random.Random,
    commune: Commune,
    *,
    privacy: str | None = None,
    beside: Location | None = None,
) -> Location:
    spot = draw_spot(chance, commune)
    made = _record(
        Location,
        lot.next_id(lot.locations),
        name=None,
        address=f"{chance.randint(1, 180)} {chance.choice(_STREETS)}",
        address_extra="Bâtiment B" if chance.random() < 0.1 else None,
        postal_code=commune.postal_codes[0] if commune.postal_codes else None,
        city=commune.name,
        insee_code=commune.insee_code,
        latitude=spot.latitude,
        longitude=spot.longitude,
        precision="housenumber",
        is_hand_placed=False,
        privacy=privacy or ("blurred" if chance.random() < 0.003 else "public"),
        time_zone=commune.time_zone,
        holiday_zone=commune.holiday_zone,
        school_zone=commune.school_zone,
        accessibility=chance.choices(_ACCESSIBILITY, weights=(5, 4, 1))[0],
    )
    if beside is not None:
        for name in _ADDRESS:
            setattr(made, name, getattr(beside, name))
    lot.locations.append(made)
    return made


def _service(
    lot: Lot, chance: random.Random, organization: Organization, kind: Kind, commune: Commune
) -> Service:
    number = lot.next_id(lot.services)
    made = _record(
        Service,
        number,
        organization_id=organization.id,
        category_id=kind.id,
        name=f"{kind.label} ({commune.name})",
        description=" ".join(chance.sample(_SENTENCES, chance.randint(0, 3))) or None,
        visibility="professionals" if chance.random() < 0.02 else "public",
        status="active",
        conditions={},
        attributes={},
        is_demonstration=False,
    )
    areas = [ServiceArea(service_id=number, area_code=code) for code in draw_areas(chance, commune)]
    set_committed_value(made, "organization", organization)
    set_committed_value(made, "areas", sorted(areas, key=lambda area: area.area_code))
    if chance.random() < 0.04:
        made_by = Credential(service_id=number, kind="label", authority="Préfecture")
        lot.credentials[number] = [made_by]
    lot.services.append(made)
    return made


def _add_place(
    lot: Lot, chance: random.Random, service: Service, location: Location | None, terms: Terms
) -> None:
    service.conditions = terms.conditions
    number = lot.next_id(lot.places)
    week = draw_week(chance, lot.seed)
    place = _record(
        ServiceAtLocation,
        number,
        service_id=service.id,
        location_id=location.id if location else None,
        conditions={},
        opening_mode=week.mode,
        is_home_base=False,
        notice="Appelez avant de venir." if chance.random() < 0.05 else None,
        verified_at=_verified_at(chance, lot.at),
        status="active",
    )
    of_place = {"service_at_location_id": number}
    rules = [Schedule(**of_place, ordinal=rank, rule=row) for rank, row in enumerate(week.rules)]
    notices = [
        Closure(**of_place, ordinal=rank, rule=row) for rank, row in enumerate(week.closures)
    ]
    for name, value in (
        ("service", service),
        ("location", location),
        ("schedules", rules),
        ("closures", notices),
        ("phones", _phones(chance, number)),
        ("contacts", _contacts(chance, number)),
        ("capacity", _capacity(chance, number, lot.at)),
    ):
        set_committed_value(place, name, value)
    lot.places.append(place)


def _phones(chance: random.Random, place_id: int) -> list[Phone]:
    count = chance.choices((0, 1, 2), weights=(10, 75, 15))[0]
    return [
        Phone(
            service_at_location_id=place_id,
            ordinal=ordinal,
            number=f"+33{chance.randint(1, 5)}{chance.randint(0, 99_999_999):08}",
            label=None,
            is_for_professionals=ordinal == 1 and chance.random() < 0.5,
        )
        for ordinal in range(count)
    ]


def _contacts(chance: random.Random, place_id: int) -> list[Contact]:
    if chance.random() > 0.55:
        return []
    email = f"accueil{place_id}@exemple.fr"
    return [Contact(service_at_location_id=place_id, email=email, is_for_professionals=False)]


def _verified_at(chance: random.Random, at: datetime) -> datetime | None:
    return at - timedelta(days=chance.randint(1, 400)) if chance.random() < 0.9 else None


def _capacity(chance: random.Random, place_id: int, at: datetime) -> Capacity | None:
    if chance.random() > 0.05:
        return None
    declared_at = at - timedelta(days=chance.randint(0, 40))
    return Capacity(
        service_at_location_id=place_id,
        status=chance.choices(_CAPACITIES, weights=(5, 2, 2, 1))[0],
        places_free=chance.randint(0, 12),
        declared_at=declared_at,
        expires_at=declared_at + timedelta(days=30),
    )


def _record(model: type[Entity], number: int, **values: Any) -> Entity:
    """Return a record of the invented source; what the database would fill in is given."""
    return model(id=number, source=SOURCE, source_key=str(number), overridden_fields=[], **values)


def centres() -> dict[str, Position]:
    """Return the centre of each commune drawn from, as the application reads it from its table."""
    return {c.insee_code: c.position for c in towns().communes if c.position is not None}


_ADDRESS = (
    "address", "postal_code", "city", "insee_code", "latitude", "longitude",
    "time_zone", "holiday_zone", "school_zone",
)  # fmt: skip
_ACCESSIBILITY: tuple[list[str], ...] = ([], ["wheelchair"], ["no-wheelchair"])
_CAPACITIES = ("capacity", "waitlist", "no-capacity", "assessment-required")
_BODIES = (
    "Entraide", "Secours", "Accueil", "CCAS", "Maison des solidarités", "Foyer", "Relais",
    "Association des habitants", "Point d'appui", "Espace solidaire",
)  # fmt: skip
_STREETS = (
    "rue de la République", "avenue Jean Jaurès", "rue Victor Hugo", "place de l'Église",
    "boulevard Pasteur", "rue des Écoles", "chemin du Moulin", "rue du Docteur Roux",
)  # fmt: skip
_SENTENCES = (
    "Accueil, écoute et orientation par une équipe de bénévoles et de salariés.",
    "Aide à la constitution des dossiers et accompagnement dans les démarches.",
    "Distribution hebdomadaire, sur présentation de la carte remise à l'inscription.",
    "Entretien individuel et confidentiel, puis suivi régulier selon les besoins.",
    "Ateliers collectifs chaque semaine, ouverts aux habitants du quartier.",
    "Un repas chaud est servi sur place ; les personnes peuvent se reposer et se laver.",
    "Les enfants sont les bienvenus, un espace de jeux leur est réservé.",
)
