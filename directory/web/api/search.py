"""`GET /api/v1/search`: the nearest services."""

from flask import Response

from directory.geocoding.communes import is_commune_itself
from directory.search import widening
from directory.search.parameters import read_question
from directory.web.api import answers
from directory.web.api.blueprint import asked_pairs, blueprint, this_minute
from directory.web.api.document import problems, succeeds
from directory.web.api.origins import origin_of
from directory.web.conditional import kept_by_nobody, public_for_a_minute
from directory.web.runtime import runtime
from directory.web.session import current_session


@blueprint.get("/search")
@blueprint.doc(
    operation_id="search",
    summary="Chercher les services les plus proches",
    description="Autour d'un lieu (`q`), d'une commune (`insee`) ou d'un point (`lat` et `lon`). "
    "Une réponse autour d'une commune peut être gardée une minute ; celle d'une adresse ou d'un "
    "point, jamais.",
    responses=succeeds("SearchAnswer", "Les services trouvés.") | problems(400, 422),
)
def search() -> Response:
    """Three groups in this order: on site by distance, those that serve the commune, remote."""
    at = this_minute()
    question = read_question(asked_pairs(), at=at)
    process = runtime()
    gazetteer = process.gazetteer()
    origin = origin_of(question, geocoder=process.geocoder, gazetteer=gazetteer)
    criteria = question.criteria(origin, at=at, default_radius_m=process.settings.search_radius_m)
    results = widening.search(current_session(), criteria, at=at, gazetteer=gazetteer)
    response = answers.json_response(answers.found(results))
    if is_commune_itself(origin, gazetteer):
        return public_for_a_minute(response)
    return kept_by_nobody(response)
