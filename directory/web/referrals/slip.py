"""The sheet that is handed over: a code and the public listing, for whoever holds it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, url_for

from directory.opening_hours import Purpose, sentence, state_at
from directory.opening_hours.week import DayHours, week
from directory.referrals.slips import GivenSlip, get_slip, spaced
from directory.referrals.terms import Term, documents_of
from directory.web.conditional import kept_by_nobody
from directory.web.referrals.blueprint import blueprint
from directory.web.session import current_session


@dataclass(frozen=True, slots=True)
class SlipPage:
    """What `referrals/slip.html` shows: on paper nothing can be followed, so all is told."""

    slip: GivenSlip
    code: str
    #: Where the sheet is read again, whole, to be typed from paper.
    url: str
    #: State of the place now, and its sentence.
    opening: tuple[str, str] | None
    days: list[DayHours]
    documents: list[Term]


@blueprint.get("/fiches/<code>", endpoint="slip")
def show_slip(code: str) -> Response:
    """Show a sheet, to print or to read on a phone; it tells nothing of a person.

    :raise NotFound: there is none of this code, or no longer.
    """
    page = _page(get_slip(current_session(), code), datetime.now(UTC))
    return kept_by_nobody(make_response(render_template("referrals/slip.html", page=page)))


def _page(slip: GivenSlip, at: datetime) -> SlipPage:
    opening, days, documents = None, [], []
    if slip.sheet:
        hours = slip.sheet.hours
        state = state_at(hours, at)
        opening = (state.state.value, sentence(state, at, hours.time_zone))
        today = at.astimezone(ZoneInfo(hours.time_zone)).date()
        days = week(hours, today, Purpose.COUNTER) if hours.has(Purpose.COUNTER) else []
        documents = documents_of(slip.sheet.card)
    url = url_for("referrals.slip", code=slip.code, _external=True)
    return SlipPage(slip, spaced(slip.code), url, opening, days, documents)
