"""The sheet that is handed over: a code and the public listing, for whoever holds it."""

from datetime import UTC, datetime

from flask import Response, make_response, render_template

from directory.opening_hours import sentence, state_at
from directory.referrals.slips import get_slip, spaced
from directory.web.conditional import kept_by_nobody
from directory.web.referrals.blueprint import blueprint
from directory.web.session import current_session


@blueprint.get("/fiches/<code>", endpoint="slip")
def show_slip(code: str) -> Response:
    """Show a sheet, to print or to read on a phone; it tells nothing of a person.

    :raise NotFound: there is none of this code, or no longer.
    """
    at = datetime.now(UTC)
    slip = get_slip(current_session(), code)
    opening = None
    if slip.sheet:
        hours = slip.sheet.hours
        state = state_at(hours, at)
        opening = (state.state.value, sentence(state, at, hours.time_zone))
    told = render_template(
        "referrals/slip.html", slip=slip, code=spaced(slip.code), opening=opening
    )
    return kept_by_nobody(make_response(told))
