"""OSM `opening_hours` text cut into rules, each with the days, times and modifier it names.

The part of the grammar that hours of French services use: dates and months with or without a
year, odd and even weeks, `PH`, `SH`, weekdays with their rank in the month, times, `off`,
`unknown`, comments. Anything else is refused.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from directory.i18n import gettext
from directory.opening_hours.clock import DAY, LONGEST_MONTH, clock_minute
from directory.opening_hours.hours import MOST_ROWS
from directory.opening_hours.osm_tokens import END, Tokens
from directory.opening_hours.osm_words import MONTHS, WEEKDAYS, refused
from directory.opening_hours.rules import EVERY_DAY
from directory.opening_hours.vocabulary import WeekParity

_HOLIDAYS = ("PH", "SH")

#: Year, month, day; what the text leaves out is None.
_Date = tuple[int | None, int | None, int | None]


class Period(NamedTuple):
    """Days between two dates, or between two days of every year."""

    valid_from: date | None = None
    valid_to: date | None = None
    season_from: str | None = None
    season_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmRule:
    """One rule; a text rule with several periods or ranks becomes several, of one number."""

    number: int
    #: After `;` (and at the start) it replaces what earlier rules say of its days; after `,` not.
    replaces: bool
    period: Period = Period()
    parity: WeekParity | None = None
    #: "PH" or "SH" when it is about these days alone.
    holiday: str | None = None
    #: None when it names no weekday.
    weekdays: tuple[int, ...] | None = None
    nth: tuple[int, ...] = ()
    times: tuple[tuple[int, int], ...] = ()
    #: "open", "off" or "unknown".
    modifier: str = "open"
    comment: str | None = None
    is_always: bool = False

    @property
    def days(self) -> tuple[int, ...]:
        """The weekdays it holds on."""
        return self.weekdays or EVERY_DAY

    @property
    def is_dated(self) -> bool:
        """True when it holds between two dates of the calendar."""
        return self.period.valid_from is not None


def parse(text: str) -> list[OsmRule]:
    """Return the rules of a text, in order.

    :raise InvalidInput: the text says what we do not read.
    """
    tokens = Tokens(text)
    rules = _rule(tokens, 0, replaces=True)
    number = 1
    while tokens.peek() != END:
        separator = tokens.take("sign")
        if separator not in {",", ";"}:
            tokens.refuse()
        # A sign after the last rule is a habit of many texts.
        if separator == ";" and tokens.peek() == END:
            break
        rules += _rule(tokens, number, replaces=separator == ";")
        number += 1
    return rules


def _rule(tokens: Tokens, number: int, *, replaces: bool) -> list[OsmRule]:
    is_always = tokens.accept("always")
    periods, parity, days = _periods(tokens), _parity(tokens), _days(tokens)
    if is_always and (periods, parity, days) != ([Period()], None, [(None, None, ())]):
        tokens.refuse()
    times = ((0, DAY),) if is_always else _times(tokens)
    modifier, comment = _modifier(tokens)
    if not (times or modifier != "open" or comment):
        raise refused(
            gettext("« %(text)s » nomme des jours sans dire les heures.", text=tokens.text)
        )
    if len(periods) * len(days) > MOST_ROWS:
        tokens.refuse()
    return [
        OsmRule(
            number=number,
            replaces=replaces,
            period=period,
            parity=parity,
            holiday=holiday,
            weekdays=weekdays,
            nth=nth,
            times=times,
            modifier=modifier,
            comment=comment,
            is_always=is_always,
        )
        for period, (holiday, weekdays, nth) in product(periods, days)
    ]


def _periods(tokens: Tokens) -> list[Period]:
    periods: list[Period] = []
    while tokens.is_date(tokens.peek()):
        periods.append(_period(tokens))
        if not (tokens.peek() == ("sign", ",") and tokens.is_date(tokens.peek(1))):
            break
        tokens.take("sign")
    return periods or [Period()]


def _period(tokens: Tokens) -> Period:
    first = _date(tokens, None)
    if tokens.accept("sign", "+"):
        if first[0] is None:
            tokens.refuse()
        return Period(valid_from=tokens.calendar(first[0], first[1] or 1, first[2] or 1))
    if first[1] is None:
        last: _Date = (first[0], 12, None)
    elif not tokens.accept("sign", "-"):
        last = first
    elif first[2] is not None and tokens.peek()[0] == "number":
        last = (first[0], first[1], int(tokens.take("number")))
    else:
        last = _date(tokens, first[0])
    # "Nov 05-Mar" could end on the first or on the last day of March.
    if last[1] is None or (first[2] is None) != (last[2] is None):
        tokens.refuse()
    return _between(tokens, (first[0], first[1] or 1, first[2]), (last[0], last[1], last[2]))


def _between(
    tokens: Tokens,
    first: tuple[int | None, int, int | None],
    last: tuple[int | None, int, int | None],
) -> Period:
    if first[0] is None or last[0] is None:
        if first[0] is not last[0]:
            tokens.refuse()
        return Period(
            season_from=tokens.month_day(first[1], first[2] or 1),
            season_to=tokens.month_day(last[1], last[2] or LONGEST_MONTH[last[1] - 1]),
        )
    valid_from = tokens.calendar(first[0], first[1], first[2] or 1)
    valid_to = tokens.calendar(last[0], last[1], last[2] or 28)
    if last[2] is None:
        valid_to = _last_of_month(valid_to)
    if valid_to < valid_from:
        tokens.refuse()
    return Period(valid_from=valid_from, valid_to=valid_to)


def _last_of_month(day: date) -> date:
    in_next = day.replace(day=28) + timedelta(days=4)
    return in_next - timedelta(days=in_next.day)


def _date(tokens: Tokens, year: int | None) -> _Date:
    """Read `[year] [month [day]]`."""
    if tokens.peek()[0] == "year":
        year = int(tokens.take("year"))
    month = day = None
    if tokens.peek()[1] in MONTHS:
        month = MONTHS.index(tokens.take("word")) + 1
        if tokens.peek()[0] == "number":
            day = int(tokens.take("number"))
    return year, month, day


def _parity(tokens: Tokens) -> WeekParity | None:
    """Read `week 01-53/2` or `week 02-52/2`: what means odd and even in every year.

    `week 01-51/2` would leave out week 53, which is odd.
    """
    if not tokens.accept("word", "week"):
        return None
    first = int(tokens.take("number"))
    tokens.expect("-")
    last = int(tokens.take("number"))
    tokens.expect("/")
    if int(tokens.take("number")) != 2 or (first, last) not in {(1, 53), (2, 52), (2, 53)}:
        tokens.refuse()
    return WeekParity.ODD if first == 1 else WeekParity.EVEN


def _days(tokens: Tokens) -> list[tuple[str | None, tuple[int, ...] | None, tuple[int, ...]]]:
    """Read holidays and weekdays: `PH Mo` are the holidays that are Mondays, `PH,Mo` both."""
    holidays: list[str] = []
    ranks: dict[tuple[int, ...], set[int]] = {}
    is_both = False
    while tokens.is_day(tokens.peek()):
        if tokens.peek()[1] in _HOLIDAYS:
            holidays.append(tokens.take("word"))
        else:
            days, nth = _weekdays(tokens)
            ranks.setdefault(nth, set()).update(days)
        if tokens.peek() == ("sign", ",") and tokens.is_day(tokens.peek(1)):
            tokens.take("sign")
        elif holidays and not ranks and tokens.is_day(tokens.peek()):
            is_both = True
        else:
            break
    found = [(tuple(sorted(days)), nth) for nth, days in ranks.items()]
    if is_both and not found:
        tokens.refuse()
    if is_both:
        return [(holiday, days, nth) for holiday in holidays for days, nth in found]
    named = [(None, days, nth) for days, nth in found]
    return [*named, *((holiday, None, ()) for holiday in holidays)] or [(None, None, ())]


def _weekdays(tokens: Tokens) -> tuple[list[int], tuple[int, ...]]:
    """Read `Mo`, `Fr-Mo` (four days), or `Sa[2,4]`."""
    first = _weekday(tokens)
    if tokens.accept("sign", "["):
        return [first], _ranks(tokens)
    if not tokens.accept("sign", "-"):
        return [first], ()
    length = (_weekday(tokens) - first) % 7 + 1
    return [(first - 1 + step) % 7 + 1 for step in range(length)], ()


def _weekday(tokens: Tokens) -> int:
    word = tokens.take("word")
    if word not in WEEKDAYS:
        tokens.refuse()
    return WEEKDAYS.index(word) + 1


def _ranks(tokens: Tokens) -> tuple[int, ...]:
    """Read `2,4]`, `1-2]` or `-1]`."""
    ranks: set[int] = set()
    while True:
        sign = -1 if tokens.accept("sign", "-") else 1
        first = last = int(tokens.take("number"))
        if sign > 0 and tokens.accept("sign", "-"):
            last = int(tokens.take("number"))
        if not 1 <= first <= last <= 5:
            tokens.refuse()
        ranks |= {sign * n for n in range(first, last + 1)}
        if tokens.accept("sign", "]"):
            return tuple(sorted(ranks))
        tokens.expect(",")


def _times(tokens: Tokens) -> tuple[tuple[int, int], ...]:
    times: list[tuple[int, int]] = []
    while tokens.peek()[0] == "time":
        opens = clock_minute(tokens.take("time"), "opening_hours")
        tokens.expect("-")
        closes = _closing(tokens)
        # "10:00+" has no end, and an interval of no length or of a whole turn is a mistake.
        if opens in {closes, DAY} or tokens.peek() == ("sign", "+"):
            tokens.refuse()
        times.append((opens, closes))
        if not (tokens.peek() == ("sign", ",") and tokens.peek(1)[0] == "time"):
            break
        tokens.take("sign")
    return tuple(times)


def _closing(tokens: Tokens) -> int:
    """Read the end of a slot; 26:00 is 02:00 of the next day."""
    text = tokens.take("time")
    hour = int(text.split(":")[0])
    if hour >= 24 and text != "24:00":
        text = f"{hour - 24}:{text[-2:]}"
    return clock_minute(text, "opening_hours")


def _modifier(tokens: Tokens) -> tuple[str, str | None]:
    modifier = "open"
    kind, word = tokens.peek()
    if kind == "word" and word in {"off", "closed", "open", "unknown"}:
        modifier = "off" if tokens.take("word") == "closed" else word
    comment = tokens.take("comment")[1:-1].strip() if tokens.peek()[0] == "comment" else None
    return modifier, comment or None
