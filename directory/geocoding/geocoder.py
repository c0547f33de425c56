"""What a process keeps to find places: the back-ends in their order, and a short memory."""

from collections.abc import Sequence

from directory.config import Settings
from directory.geocoding.addresses import AddressIndex
from directory.geocoding.cache import TypedAddressCache
from directory.geocoding.geoplateforme import Geoplateforme
from directory.geocoding.locate import locate, locate_point
from directory.geocoding.origin import Choices, Origin
from directory.geocoding.suggesting import Suggestion, suggest
from directory.territories import Gazetteer


class Geocoder:
    """One per process: its cache and the circuit breakers of its back-ends are worth keeping."""

    def __init__(self, back_ends: Sequence[AddressIndex], cache: TypedAddressCache) -> None:
        self.back_ends = tuple(back_ends)
        self._cache = cache

    def locate(
        self, text: str, *, gazetteer: Gazetteer, insee_code: str | None = None
    ) -> Origin | Choices:
        """Return where a typed place lies: see `directory.geocoding.locate.locate`."""
        return locate(
            text,
            gazetteer=gazetteer,
            back_ends=self.back_ends,
            cache=self._cache,
            insee_code=insee_code,
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
        """Return a point with its supposed commune: see `directory.geocoding.locate`."""
        return locate_point(latitude, longitude, gazetteer=gazetteer)


def make_geocoder(settings: Settings, *, own: Sequence[AddressIndex] = ()) -> Geocoder:
    """Return the geocoder of the settings.

    `own` are the back-ends asked first, for tables of addresses of our own: they cost no outside
    question. Without an outside address only they and the communes answer.
    """
    outside = (
        [Geoplateforme(settings.geocoder_url, timeout_s=settings.geocoder_timeout_s)]
        if settings.geocoder_url
        else []
    )
    return Geocoder([*own, *outside], TypedAddressCache(settings.typed_address_cache_s))
