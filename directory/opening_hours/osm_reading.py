"""OSM `opening_hours` text read into hours.

A rule after `;` replaces what earlier rules say of its days, as in OSM; where that cannot be
written as rows, the text is refused. `PH off` closes the rules before it on public holidays; a
text that says nothing of them leaves them unknown, though elsewhere it would read as open.
"""

from directory.i18n import gettext
from directory.opening_hours.closures import Closure
from directory.opening_hours.hours import DEFAULT_HOLIDAY_ZONE, DEFAULT_TIME_ZONE, OpeningHours
from directory.opening_hours.osm_parsing import OsmRule, parse
from directory.opening_hours.osm_replacing import Written, close_on_holidays, merged, set_aside
from directory.opening_hours.osm_words import (
    REMARK,
    SAME_AS_BY_APPOINTMENT,
    refused,
)
from directory.opening_hours.rules import ScheduleRule
from directory.opening_hours.vocabulary import Mode, OnPublicHolidays, OnSchoolHolidays


def from_osm(
    text: str,
    *,
    time_zone: str = DEFAULT_TIME_ZONE,
    holiday_zone: str = DEFAULT_HOLIDAY_ZONE,
    school_zone: str | None = None,
) -> OpeningHours:
    """Return the hours of the counter that an OSM text tells; it names no zone itself.

    :raise InvalidInput: the text is wrong, or says what our rows cannot: sunrise, open ends,
        fallbacks, days without hours, remarks about appointments that we do not recognize.
    """
    parsed = parse(text)
    mode = _mode(parsed)
    rules: list[Written] = []
    closures: list[Closure] = []
    for osm_rule in parsed if mode is Mode.SCHEDULED else parsed[1:]:
        if _is_notice(osm_rule, has_others=osm_rule.number > 0):
            closures.append(_notice(osm_rule))
        elif mode is not Mode.SCHEDULED:
            raise refused(gettext("« %(text)s » contient une règle de trop.", text=text))
        else:
            rules = _with(rules, osm_rule)
    return OpeningHours(
        rules=merged(rules),
        closures=tuple(closures),
        mode=mode,
        time_zone=time_zone,
        holiday_zone=holiday_zone,
        school_zone=school_zone,
    )


def _mode(parsed: list[OsmRule]) -> Mode:
    """Return what the first rule says if it says it of all time, else that rules follow."""
    first, others = parsed[0], parsed[1:]
    if first != OsmRule(
        number=0,
        replaces=True,
        times=first.times,
        modifier=first.modifier,
        comment=first.comment,
        is_always=first.is_always,
    ):
        return Mode.SCHEDULED
    if first.is_always and first.modifier == "open":
        is_alone = first.comment is None and all(_is_notice(one, has_others=True) for one in others)
        return Mode.ALWAYS if is_alone else Mode.SCHEDULED
    if first.times or first.modifier == "off":
        return Mode.SCHEDULED
    if first.comment is None:
        return Mode.UNKNOWN
    if first.comment.lower() in SAME_AS_BY_APPOINTMENT:
        return Mode.BY_APPOINTMENT
    raise refused(gettext("« %(text)s » ne dit pas d'heures.", text=first.comment))


def _is_notice(rule: OsmRule, *, has_others: bool) -> bool:
    """Tell whether a rule is about some dates only: closed, or other hours than the usual."""
    is_about_dates = rule.is_dated and rule.weekdays is None and rule.holiday is None
    return (
        is_about_dates
        and rule.parity is None
        and rule.replaces
        and has_others
        and (rule.modifier == "off" or (bool(rule.times) and rule.comment is None))
    )


def _notice(rule: OsmRule) -> Closure:
    if rule.period.valid_from is None or (rule.modifier == "off" and rule.times):
        raise refused(gettext("Une fermeture de quelques heures ne se lit pas dans OSM."))
    if rule.modifier not in {"off", "open"}:
        raise refused(gettext("« unknown » n'est compris que pour tous les horaires."))
    return Closure(
        starts=rule.period.valid_from,
        ends=rule.period.valid_to,
        slots=() if rule.modifier == "off" else tuple(sorted(rule.times)),
        description=rule.comment if rule.modifier == "off" else None,
    )


def _with(rules: list[Written], rule: OsmRule) -> list[Written]:
    """Return the rules once one more is read."""
    if rule.modifier == "unknown" and not _is_by_appointment(rule):
        return _silent_on_holidays(rules, rule)
    if rule.holiday is not None:
        # After a comma, slots are added; `off` closes wherever it stands.
        if rule.replaces or rule.modifier == "off":
            rules = close_on_holidays(rules, rule)
    elif rule.replaces:
        rules = set_aside(rules, rule)
    if rule.modifier == "off":
        is_misplaced = not rule.number or not (rule.replaces or rule.holiday)
        if is_misplaced or rule.times or rule.comment:
            raise refused(gettext("« off » ne se lit qu'après « ; », pour des jours entiers."))
        return rules
    return [*rules, *((rule.number, row) for row in _rows(rule))]


def _silent_on_holidays(rules: list[Written], rule: OsmRule) -> list[Written]:
    """Accept `PH unknown`, which says what our silence says; refuse other unknown times."""
    is_plain = rule == OsmRule(
        number=rule.number, replaces=True, holiday="PH", modifier="unknown", comment=rule.comment
    )
    is_told = any(row.on_public_holidays is not OnPublicHolidays.UNKNOWN for _, row in rules)
    if is_plain and not is_told:
        return rules
    raise refused(gettext("« unknown » n'est compris que pour tous les horaires."))


def _is_by_appointment(rule: OsmRule) -> bool:
    """Tell whether the comment says so.

    :raise InvalidInput: it speaks of appointments otherwise, and could mean anything.
    """
    comment = (rule.comment or "").lower()
    if comment in SAME_AS_BY_APPOINTMENT or comment.startswith(REMARK):
        return True
    speaks_of_it = any(word in comment for word in ("rendez-vous", "rdv", "appointment"))
    if speaks_of_it and not comment.startswith(("sans rendez-vous", "sans rdv")):
        raise refused(
            gettext("La remarque « %(text)s » peut vouloir dire deux choses.", text=rule.comment)
        )
    return False


def _rows(rule: OsmRule) -> list[ScheduleRule]:
    if not rule.times:
        raise refused(gettext("« %(text)s » ne dit pas d'heures.", text=rule.comment or ""))
    by_appointment, period = _is_by_appointment(rule), rule.period
    return [
        ScheduleRule(
            opens_at=opens,
            closes_at=closes,
            weekdays=rule.days,
            nth=rule.nth,
            week_parity=rule.parity,
            valid_from=period.valid_from,
            valid_to=period.valid_to,
            season_from=period.season_from,
            season_to=period.season_to,
            on_public_holidays=(
                OnPublicHolidays.ONLY if rule.holiday == "PH" else OnPublicHolidays.UNKNOWN
            ),
            on_school_holidays=(
                OnSchoolHolidays.ONLY if rule.holiday == "SH" else OnSchoolHolidays.SAME
            ),
            by_appointment=by_appointment,
            description=_remark(rule, by_appointment=by_appointment),
        )
        for opens, closes in rule.times
    ]


def _remark(rule: OsmRule, *, by_appointment: bool) -> str | None:
    if not by_appointment or rule.comment is None:
        return rule.comment
    return rule.comment[len(REMARK) :] if rule.comment.lower().startswith(REMARK) else None
