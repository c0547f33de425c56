"""Which weekdays, half days and hours some plain words name: « les mardis et jeudis apres midi ».

What may be read in two ways is read as the longer of the two.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from directory.imports.slots import Slot

DAY_NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

_NOON = 12 * 60
#: A morning may run on until then, without being an afternoon.
_LATE_MORNING = 13 * 60

_DAY = rf"(?:{'|'.join(DAY_NAMES)})s?"
_DAYS = rf"(?:(?:les|des) )?{_DAY}(?:(?: (?:,|et|ou|au|a|le|les|des|du))* {_DAY})*"
_HALF = r"(?:matins?|matinees?|apres midis?)"
_NAMED = re.compile(
    rf"\b(?P<before>{_HALF})(?: (?:de|des|du|le|les|tous))* (?P<of>{_DAYS})\b(?! {_HALF})"
    rf"|\b(?P<days>{_DAYS})(?: l[ea]?)? (?P<half>{_HALF})(?: et (?:l[ea]? )?(?P<and>{_HALF}))?"
    rf"|\b(?P<whole>{_DAYS})\b|\b(?P<alone>{_HALF})\b"
)
_RANGE = re.compile(rf"({_DAY}) (?:au|a) ({_DAY})|({_DAY})")
_TIME = r"(\d{1,2}) ?h ?(\d{2})?(?! ?h)(?!\d)"
_CLOCK = re.compile(rf"\b{_TIME} ?(?:a |et |au |jusqu a )?{_TIME}")


class _Named(NamedTuple):
    """Days, and the half of them; None is any."""

    days: frozenset[int] | None
    half: str | None


def names_times(words: str) -> bool:
    """Tell whether the words name a weekday, a half day or a stretch of hours."""
    return bool(_times(words) or _clocks(words))


def may_name(words: str, weekday: int, slot: Slot) -> bool:
    """Tell whether the words may speak of a slot; true of every slot when they name no time.

    One hour of a slot names it whole.
    """
    times, clocks = _times(words), _clocks(words)
    if times and not any(_holds(named, weekday, slot) for named in times):
        return False
    return not clocks or any(opens < slot[1] and slot[0] < closes for opens, closes in clocks)


def _holds(named: _Named, weekday: int, slot: Slot) -> bool:
    if named.days is not None and weekday not in named.days:
        return False
    if named.half is None:
        return True
    if named.half.startswith("matin"):
        return slot[0] < _NOON
    return slot[1] > _LATE_MORNING or slot[0] >= _NOON


@lru_cache(maxsize=512)
def _clocks(words: str) -> tuple[Slot, ...]:
    found = []
    for match in _CLOCK.finditer(words):
        hour, minute, last_hour, last_minute = (int(number or 0) for number in match.groups())
        found.append((hour * 60 + minute, last_hour * 60 + last_minute))
    return tuple(found)


@lru_cache(maxsize=512)
def _times(words: str) -> tuple[_Named, ...]:
    """Return the days and half days, each day with the half day beside it."""
    return tuple(named for match in _NAMED.finditer(words) for named in _of_match(match))


def _of_match(match: re.Match[str]) -> Iterator[_Named]:
    if match["alone"]:
        yield _Named(None, match["alone"])
    elif match["whole"]:
        yield from (_Named(days, None) for days in _days(match["whole"]))
    elif match["of"]:
        yield from (_Named(days, match["before"]) for days in _days(match["of"]))
    else:
        *others, last = _days(match["days"])
        shared = match["half"] if _shares_half(match["days"]) else None
        yield from (_Named(days, shared) for days in others)
        yield _Named(last, match["half"])
        if match["and"]:
            yield _Named(last, match["and"])


def _shares_half(days: str) -> bool:
    """Tell whether days share the half day after the last one.

    « Les mardis et jeudis après-midi » do; « le jeudi et vendredi après-midi » may be all Thursday.
    """
    return days.startswith(("les ", "des ")) or days.split()[0].endswith("s")


def _days(words: str) -> list[frozenset[int]]:
    found = []
    for first, last, day in _RANGE.findall(words):
        start = DAY_NAMES.index((first or day).rstrip("s"))
        length = (DAY_NAMES.index(last.rstrip("s")) - start) % 7 if last else 0
        found.append(frozenset((start + step) % 7 + 1 for step in range(length + 1)))
    return found
