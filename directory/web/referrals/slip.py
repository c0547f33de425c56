"""The sheet that is handed over: a code and the public listing, for whoever holds it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, url_for

from directory.opening_hours import Purpose, has_more_than_a_week, rhythm, sentence, state_at
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
    #: The rules in words, when seven days do not show them all: paper outlives its week.
    rhythm: list[str]
    #: The day on which a state and seven days are true.
    read_on: date
    documents: list[Term]


@blueprint.get("/fiches/<code>", endpoint="slip")
def show_slip(code: str) -> Response:
    """Show a sheet, to print or to read on a phone; it tells nothing of a person.

    :raise NotFound: there is none of this code, or no longer.
    """
    page = _page(get_slip(current_session(), code), datetime.now(UTC))
    return kept_by_nobody(make_response(render_template("referrals/slip.html", page=page)))


def _page(slip: GivenSlip, at: datetime) -> SlipPage:
    url = url_for("referrals.slip", code=slip.code, _external=True)
    if slip.sheet is None:
        return SlipPage(slip, spaced(slip.code), url, None, [], [], at.date(), [])
    hours = slip.sheet.hours
    state = state_at(hours, at)
    today = at.astimezone(ZoneInfo(hours.time_zone)).date()
    more = has_more_than_a_week(hours, at, Purpose.COUNTER)
    return SlipPage(
        slip=slip,
        code=spaced(slip.code),
        url=url,
        opening=(state.state.value, sentence(state, at, hours.time_zone)),
        days=week(hours, today, Purpose.COUNTER) if hours.has(Purpose.COUNTER) else [],
        rhythm=rhythm(hours, at) if more else [],
        read_on=today,
        documents=documents_of(slip.sheet.card),
    )
