"""What a process keeps to find places: the back-ends in their order."""

import time
from collections.abc import Callable, Sequence

from directory.config import Settings
from directory.geo import Position
from directory.geocoding.addresses import AddressIndex
from directory.geocoding.breaker import CircuitBreaker
from directory.geocoding.cache import TypedAddressCache
from directory.geocoding.geoplateforme import Geoplateforme
from directory.geocoding.locate import locate
from directory.geocoding.origin import Choices, Origin
from directory.geocoding.points import locate_point
from directory.geocoding.prompt import PromptIndex
from directory.geocoding.suggesting import Suggestion, suggest
from directory.territories import Gazetteer


class Geocoder:
    """One per process: the memory and the circuit breakers of its back-ends are worth keeping."""

    def __init__(self, back_ends: Sequence[AddressIndex]) -> None:
        self.back_ends = tuple(back_ends)

    def locate(
        self,
        text: str,
        *,
        gazetteer: Gazetteer,
        insee_code: str | None = None,
        near: Position | None = None,
    ) -> Origin | Choices:
        """Return where a typed place lies: see `directory.geocoding.locate.locate`."""
        return locate(
            text,
            gazetteer=gazetteer,
            back_ends=self.back_ends,
            insee_code=insee_code,
            near=near,
        )

    def suggest(
        self, text: str, *, gazetteer: Gazetteer, own_insee: str | None = None, limit: int
    ) -> list[Suggestion]:
        """Return what an unfinished text may become: see `directory.geocoding.suggesting`."""
        return suggest(
            text,
            gazetteer=gazetteer,
            back_ends=self.back_ends,
            own_insee=own_insee,
            limit=limit,
        )

    def locate_point(self, latitude: float, longitude: float, *, gazetteer: Gazetteer) -> Origin:
        """Return a point with its commune: see `directory.geocoding.points.locate_point`."""
        return locate_point(latitude, longitude, gazetteer=gazetteer, back_ends=self.back_ends)


def make_geocoder(
    settings: Settings,
    *,
    own: Sequence[AddressIndex] = (),
    clock: Callable[[], float] = time.monotonic,
) -> Geocoder:
    """Return the geocoder of the settings, for people who wait.

    `own` are the back-ends asked first, for tables of addresses of our own: they cost no outside
    question. Without an outside address only they and the communes answer. Work that nobody waits
    for asks a `Geoplateforme` itself. `clock` gives the seconds of the circuit and of the memory.
    """
    if not settings.geocoder_url:
        return Geocoder(own)
    breaker = CircuitBreaker(clock=clock)
    outside = PromptIndex(
        Geoplateforme(
            settings.geocoder_url, timeout_s=settings.geocoder_timeout_s, breaker=breaker
        ),
        breaker=breaker,
        cache=TypedAddressCache(settings.typed_address_cache_s, clock=clock),
        patience_s=settings.geocoder_patience_s,
    )
    return Geocoder([*own, outside])
