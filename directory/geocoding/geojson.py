"""Reading the GeoJSON in which Addok and the Géoplateforme answer. Nothing in it is trusted."""

import json
import math
from collections.abc import Mapping
from typing import Any

from directory.errors import InvalidInput, Unavailable
from directory.geo import Position
from directory.geocoding.addresses import AddressMatch
from directory.geocoding.origin import Precision
from directory.i18n import gettext

Feature = Mapping[str, Any]

#: What their types are to us. A type we do not know is the coarsest.
_TYPES = {
    "housenumber": Precision.HOUSENUMBER,
    "street": Precision.STREET,
    "locality": Precision.LOCALITY,
    "municipality": Precision.MUNICIPALITY,
}


def read_features(body: bytes) -> list[Feature]:
    """Return the features of an answer.

    :raise Unavailable: the answer is not GeoJSON, so whatever answered is not the service.
    """
    try:
        features = json.loads(body)["features"]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise _not_geojson() from error
    if not isinstance(features, list):
        raise _not_geojson()
    return [feature for feature in features if isinstance(feature, dict)]


def read_match(feature: Feature) -> AddressMatch | None:
    """Return the address of a feature, None when it lacks a place, a score or a commune."""
    try:
        longitude, latitude = (float(value) for value in feature["geometry"]["coordinates"][:2])
        properties = feature["properties"]
        score = float(properties["score"])
        return AddressMatch(
            label=str(properties["label"])[:200],
            score=score if math.isfinite(score) else 0.0,
            type=_TYPES.get(str(properties.get("type")), Precision.MUNICIPALITY),
            citycode=str(properties["citycode"]),
            position=Position(latitude, longitude),
            postcode=_text(properties, "postcode"),
            city=_text(properties, "city"),
            former_city=_text(properties, "oldcity"),
            housenumber=_text(properties, "housenumber"),
            street=_text(properties, "street") or _text(properties, "name"),
        )
    except (KeyError, TypeError, ValueError, InvalidInput):
        return None


def _text(properties: Mapping[str, Any], name: str) -> str | None:
    value = properties.get(name)
    return str(value)[:200] if value else None


def _not_geojson() -> Unavailable:
    return Unavailable(
        gettext("Le service d'adresses a répondu autre chose que des adresses."),
        remedy=gettext("Vérifiez le réglage FANAL_GEOCODER_URL."),
    )
