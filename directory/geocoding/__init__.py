"""From a typed place or a point to a position, its precision and its commune."""

from directory.geocoding.addresses import AddressIndex, AddressMatch, AddressQuestion
from directory.geocoding.geocoder import Geocoder, make_geocoder
from directory.geocoding.locate import locate
from directory.geocoding.origin import ADDRESSES, Choices, Origin, Precision
from directory.geocoding.points import locate_point

__all__ = [
    "ADDRESSES",
    "AddressIndex",
    "AddressMatch",
    "AddressQuestion",
    "Choices",
    "Geocoder",
    "Origin",
    "Precision",
    "locate",
    "locate_point",
    "make_geocoder",
]
