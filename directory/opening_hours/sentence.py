"""What a person reads: "Ouvert jusqu'à 12:30", "Fermé, ouvre mardi à 14:00"."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from directory.i18n import current_language, gettext, pgettext
from directory.opening_hours.hours import zone_info
from directory.opening_hours.timeline import OpeningState
from directory.opening_hours.vocabulary import Reason, State
from directory.opening_hours.wording import Words

#: From so many days on, the name of a weekday alone would mislead.
_DAYS_OF_A_WEEK = 7

#: The moment asked for is now as long as its minute is.
_A_MINUTE = timedelta(minutes=1)


def sentence(opening_state: OpeningState, at: datetime, time_zone: str) -> str:
    """Return the state in words, in the language in force, times on the clock of the place.

    It is two sentences when there is something to add ("Fermé, ouvre lundi à 9:00. Jour férié
    aujourd'hui").

    :raise InvalidInput: there is no such time zone.
    """
    zone = zone_info(time_zone)
    today = at.astimezone(zone).toordinal()
    return _sentence(opening_state, today, zone, current_language().tag)


def sentence_of(opening_state: OpeningState, at: datetime, time_zone: str, *, now: datetime) -> str:
    """Return the state in words, after the moment it is told for when that is not now.

    « Ouvert jusqu'à 12:00 » of another day sends somebody out today.

    :raise InvalidInput: there is no such time zone.
    """
    told = sentence(opening_state, at, time_zone)
    if abs(at - now) < _A_MINUTE:
        return told
    zone = zone_info(time_zone)
    words = Words(now.astimezone(zone).date(), zone, current_language().tag)
    wall = words.wall(at)
    return pgettext(
        "horaires",
        "%(day)s à %(time)s · %(state)s",
        day=words.full_day(wall.date()),
        time=words.clock(wall),
        state=told,
    )


# Twenty results of a page share a handful of sentences, and formatting costs more than deciding.
@lru_cache(maxsize=4096)
def _sentence(opening: OpeningState, today: int, zone: ZoneInfo, tag: str) -> str:
    when = Words(date.fromordinal(today), zone, tag)
    return _followed_by(_STATES[opening.state](opening, when), _remark(opening))


def _followed_by(first: str, second: str) -> str:
    """Return one sentence, or two side by side, without a last full stop: it is a label."""
    if not second:
        return first
    return pgettext("horaires", "%(first)s. %(second)s", first=first, second=second)


def _open(opening: OpeningState, when: Words) -> str:
    if opening.until is None:
        return gettext("Ouvert 24 h/24, 7 j/7")
    if opening.closes is not None:
        return pgettext(
            "horaires",
            "Ouvert jusqu'à %(closes)s, dernière entrée à %(last_entry)s",
            closes=when.clock(when.wall(opening.closes)),
            last_entry=when.clock(when.wall(opening.until)),
        )
    until = when.wall(opening.until)
    days = (until.date() - when.today).days
    if days == 1 and until.time() == time.min:
        return pgettext("horaires", "Ouvert jusqu'à minuit")
    if days == 0:
        return pgettext("horaires", "Ouvert jusqu'à %(time)s", time=when.clock(until))
    if days == 1:
        return pgettext("horaires", "Ouvert jusqu'à demain à %(time)s", time=when.clock(until))
    return pgettext(
        "horaires",
        "Ouvert jusqu'au %(day)s à %(time)s",
        day=when.full_day(until.date()),
        time=when.clock(until),
    )


def _closed(opening: OpeningState, when: Words) -> str:
    if opening.next_opening is None:
        return _closed_for_long(opening)
    opens = when.wall(opening.next_opening)
    clock, days = when.clock(opens), (opens.date() - when.today).days
    if days == 0:
        return pgettext("horaires", "Fermé, ouvre aujourd'hui à %(time)s", time=clock)
    if days == 1:
        return pgettext("horaires", "Fermé, ouvre demain à %(time)s", time=clock)
    if days < _DAYS_OF_A_WEEK:
        return pgettext(
            "horaires",
            "Fermé, ouvre %(weekday)s à %(time)s",
            weekday=when.weekday(opens.date()),
            time=clock,
        )
    return pgettext(
        "horaires",
        "Fermé, ouvre le %(day)s à %(time)s",
        day=when.full_day(opens.date()),
        time=clock,
    )


def _closed_for_long(opening: OpeningState) -> str:
    if opening.then is State.BY_APPOINTMENT:
        return pgettext("horaires", "Fermé, reçoit sur rendez-vous")
    if opening.then is State.UNKNOWN:
        return pgettext("horaires", "Fermé, réouverture à vérifier : appelez")
    if opening.reason is Reason.SEASON:
        return pgettext("horaires", "Fermé en cette saison")
    return pgettext("horaires", "Fermé, prochaine ouverture non connue : appelez")


def _temporarily_closed(opening: OpeningState, when: Words) -> str:
    if opening.until is None:
        return pgettext("horaires", "Fermé pour le moment, réouverture non connue : appelez")
    until = when.wall(opening.until)
    if until.time() == time.min:
        last_day = until.date() - timedelta(days=1)
        if last_day <= when.today:
            closed = pgettext("horaires", "Fermé aujourd'hui")
        else:
            closed = pgettext("horaires", "Fermé jusqu'au %(day)s inclus", day=when.day(last_day))
    elif until.date() == when.today:
        closed = pgettext("horaires", "Fermé jusqu'à %(time)s", time=when.clock(until))
    else:
        closed = pgettext(
            "horaires",
            "Fermé jusqu'au %(day)s à %(time)s",
            day=when.day(until.date()),
            time=when.clock(until),
        )
    return _followed_by(closed, _reopens(opening, when))


def _reopens(opening: OpeningState, when: Words) -> str:
    """Return the sentence that follows a closure; none when its end said it."""
    if opening.next_opening is None:
        return pgettext("horaires", "Appelez avant de venir")
    opens = when.wall(opening.next_opening)
    if opening.next_opening == opening.until and opens.time() != time.min:
        return ""
    clock, days = when.clock(opens), (opens.date() - when.today).days
    if days == 0:
        return pgettext("horaires", "Ouvre aujourd'hui à %(time)s", time=clock)
    if days == 1:
        return pgettext("horaires", "Ouvre demain à %(time)s", time=clock)
    return pgettext(
        "horaires", "Ouvre le %(day)s à %(time)s", day=when.full_day(opens.date()), time=clock
    )


def _by_appointment(opening: OpeningState, when: Words) -> str:
    if opening.until is not None:
        until = when.wall(opening.until)
        if until.date() == when.today:
            return pgettext("horaires", "Sur rendez-vous jusqu'à %(time)s", time=when.clock(until))
    return pgettext("horaires", "Sur rendez-vous")


def _unknown(opening: OpeningState, _when: Words) -> str:
    if opening.reason is Reason.HOLIDAY:
        return pgettext("horaires", "Jour férié : horaires à vérifier, appelez")
    if opening.reason is Reason.SCHOOL_HOLIDAY:
        return pgettext("horaires", "Vacances scolaires : horaires à vérifier, appelez")
    return pgettext("horaires", "Horaires non connus : appelez avant de venir")


def _remark(opening: OpeningState) -> str:
    """Return a sentence about why, for the reasons that the state does not already say."""
    if opening.reason is Reason.EXCEPTIONAL_HOURS:
        return pgettext("horaires", "Horaires exceptionnels")
    if opening.state is not State.CLOSED:
        return ""
    if opening.reason is Reason.HOLIDAY:
        return pgettext("horaires", "Jour férié aujourd'hui")
    if opening.reason is Reason.SCHOOL_HOLIDAY:
        return pgettext("horaires", "Vacances scolaires en ce moment")
    if opening.reason is Reason.LAST_ENTRY:
        return pgettext("horaires", "Dernière entrée passée")
    if opening.then is State.UNKNOWN and opening.next_opening is not None:
        return pgettext("horaires", "Avant cela, horaires à vérifier : appelez")
    return ""


_STATES: dict[State, Callable[[OpeningState, Words], str]] = {
    State.OPEN: _open,
    State.CLOSED: _closed,
    State.TEMPORARILY_CLOSED: _temporarily_closed,
    State.BY_APPOINTMENT: _by_appointment,
    State.UNKNOWN: _unknown,
}
