"""What the commands look addresses up in: our own tables, and on demand the outside service."""

from collections.abc import Iterator
from contextlib import contextmanager

from directory.addresses.table import AddressTable
from directory.config import Settings
from directory.db import make_reading_engine, make_sessions
from directory.errors import InvalidInput
from directory.geocoding import AddressIndex
from directory.geocoding.geoplateforme import Geoplateforme
from directory.i18n import gettext
from directory.listings.placing import AddressSources
from directory.territories import Gazetteer


@contextmanager
def address_sources(
    url: str, gazetteer: Gazetteer, settings: Settings, *, online: bool = False
) -> Iterator[AddressSources]:
    """Have the sources of addresses for the block; `url` is that of the database.

    :raise InvalidInput: the outside service is asked for, and the settings turn it off.
    """
    outside = _outside(settings) if online else None
    engine = make_reading_engine(url, pool_size=1)
    own = AddressTable(make_sessions(engine))
    back_ends: list[AddressIndex] = [own, outside] if outside else [own]
    try:
        yield AddressSources(gazetteer, back_ends)
    finally:
        engine.dispose()
        if outside:
            outside.close()


def _outside(settings: Settings) -> Geoplateforme:
    if not settings.geocoder_url:
        raise InvalidInput(
            gettext("Aucun service d'adresses extérieur n'est réglé."),
            field="online",
            remedy=gettext("Donnez FANAL_GEOCODER_URL, ou retirez --online."),
        )
    return Geoplateforme(settings.geocoder_url, timeout_s=settings.geocoder_timeout_s)
