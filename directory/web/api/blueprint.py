"""The blueprint that the API hangs on, and what every answer of it says to other sites."""

from datetime import UTC, datetime

from apiflask import APIBlueprint
from flask import Response, request

from directory.errors import InvalidInput
from directory.i18n import gettext

blueprint = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="API")

#: Every category and audience at once, and each other parameter, stay well below.
MOST_PARAMETERS = 150


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Let the page of any site read the answer: it is public, and no cookie goes with it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def asked_pairs() -> list[tuple[str, str]]:
    """Return the names and values of the address, in its order, repeated names included.

    :raise InvalidInput: there are more than any question needs.
    """
    pairs = list(request.args.items(multi=True))
    if len(pairs) > MOST_PARAMETERS:
        raise InvalidInput(
            gettext("Cette adresse a trop de paramètres."),
            remedy=gettext("Gardez-en %(most)s au plus.", most=MOST_PARAMETERS),
        )
    return pairs


def this_minute() -> datetime:
    """Return the minute that has begun, in UTC: openings are told to the minute, and two equal
    questions within one get the same bytes."""
    return datetime.now(UTC).replace(second=0, microsecond=0)
