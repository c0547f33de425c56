"""One commune, or one municipal arrondissement of Paris, Lyon or Marseille."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from directory.geo import Position
from directory.territories import calendars


class Kind(StrEnum):
    """What a row of the table of communes stands for."""

    COMMUNE = "commune"
    ARRONDISSEMENT = "arrondissement"


class Box(NamedTuple):
    """The smallest rectangle around a commune, in degrees of WGS 84."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune as the official geographic code knows it this year."""

    insee_code: str
    name: str
    kind: Kind
    departement: str
    region: str
    #: Intercommunality (SIREN); overseas collectivities have none.
    epci: str | None = None
    #: Établissement public territorial, only within the Métropole du Grand Paris.
    ept: str | None = None
    #: The commune an arrondissement belongs to (75056 for 75118).
    city_code: str | None = None
    postal_codes: tuple[str, ...] = ()
    population: int | None = None
    #: The middle of the commune; None when nobody knows it.
    position: Position | None = None
    #: True when the position is only the middle of its intercommunality.
    is_approximate: bool = False
    box: Box | None = None
    #: Codes of communes merged into this one, or its own codes before a change.
    former_codes: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name with its département: « Bondy (93) »."""
        return f"{self.name} ({self.departement})"

    @property
    def time_zone(self) -> str:
        """The IANA time zone in which its opening hours are written."""
        return calendars.time_zone(self.insee_code, self.departement)

    @property
    def holiday_zone(self) -> str:
        """The zone of public holidays, by its name in `jours_feries_france`."""
        return calendars.holiday_zone(self.departement)

    @property
    def school_zone(self) -> str | None:
        """The zone of school holidays, A, B or C; None in Corsica and overseas."""
        return calendars.school_zone(self.departement)

    @property
    def areas(self) -> tuple[str, ...]:
        """The codes of every area it lies in, from the smallest: see `Gazetteer.areas_of`.

        A service of a commune that was merged into it serves all of it: we cannot tell who lived
        where, and would rather show a service too many than take it from its people.
        """
        codes = dict.fromkeys((self.insee_code, self.city_code, *self.former_codes))
        containing = (
            *(("commune", code) for code in codes),
            ("ept", self.ept),
            ("epci", self.epci),
            ("departement", self.departement),
            ("region", self.region),
            ("france", "FR"),
        )
        return tuple(f"{kind}:{code}" for kind, code in containing if code)
