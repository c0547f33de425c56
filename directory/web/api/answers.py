"""The shape of every answer, as plain values: `shapes.py` describes them, a test compares.

Cards are passed on as they are stored; a model that checked each of them would cost more than
the search itself.
"""

from typing import Any

import orjson
from flask import Response, current_app

from directory.geocoding import Origin
from directory.opening_hours import OpeningState
from directory.search.parameters import PARAMETER_OF_FILTER, encode_cursor
from directory.search.queries import Hit, SearchResults, Widen
from directory.territories import PlaceMatch

#: Members of a card that are told as they are stored.
STORED = (
    "service",
    "organization",
    "location",
    "conditions",
    "phones",
    "areas",
    "capacity",
    "notice",
    "is_home_base",
    "demonstration",
    "verified_at",
    "source",
)


def json_response(body: dict[str, Any]) -> Response:
    """Return an answer; instants are written with their offset."""
    response: Response = current_app.response_class(
        orjson.dumps(body), mimetype="application/json", headers={"Vary": "Accept-Encoding"}
    )
    return response


def found(results: SearchResults) -> dict[str, Any]:
    """Return the answer to a search: on site, then by area, then remote."""
    hits = (*results.on_site, *results.by_area, *results.remote)
    following = results.next_cursor
    return {
        "origin": origin(results.origin),
        "total": results.total,
        "total_at_least": results.total_at_least,
        "radius_m": results.radius_m,
        "results": [result(hit) for hit in hits],
        "widen": widen(results.widen) if results.widen else None,
        "next": encode_cursor(following) if following else None,
    }


def origin(value: Origin) -> dict[str, Any]:
    """Return where the search started."""
    return {
        "label": value.label,
        "latitude": value.position.latitude,
        "longitude": value.position.longitude,
        "precision": value.precision,
        "insee_code": value.insee_code,
        "insee_code_certain": value.insee_code_certain,
        "source": value.source,
        "notice": value.notice,
    }


def result(hit: Hit) -> dict[str, Any]:
    """Return one result: its card, with what depends on the question."""
    told = {name: hit.card[name] for name in STORED}
    told["id"] = hit.id
    told["match"] = hit.match
    told["distance_m"] = hit.distance_m
    told["covers_commune"] = hit.covers_commune
    told["opening"] = opening(hit.opening, hit.opening_text)
    return told


def opening(state: OpeningState, text: str) -> dict[str, Any]:
    """Return a state, until when it lasts, when the place next opens, and all that in words."""
    return {
        "state": state.state,
        "until": state.until,
        "next_opening": state.next_opening,
        "text": text,
    }


def widen(ways: Widen) -> dict[str, Any]:
    """Return the ways out of an empty result, by the names of the parameters to change."""
    return {
        "nearest": [result(hit) for hit in ways.nearest],
        "within": [
            {"radius_m": radius_m, "total_at_least": count}
            for radius_m, count in ways.within.items()
        ],
        "without": [
            {"parameter": PARAMETER_OF_FILTER.get(name, name), "total_at_least": count}
            for name, count in ways.without.items()
        ],
    }


def place(match: PlaceMatch) -> dict[str, Any]:
    """Return a commune that a text can mean."""
    commune = match.commune
    position = commune.position
    return {
        "label": commune.label,
        "insee_code": commune.insee_code,
        "name": commune.name,
        "kind": commune.kind,
        "departement": commune.departement,
        "departement_name": match.departement_name,
        "postal_codes": commune.postal_codes,
        "population": commune.population,
        "latitude": position.latitude if position else None,
        "longitude": position.longitude if position else None,
        "is_approximate": commune.is_approximate,
    }
