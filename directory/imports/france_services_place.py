"""One row of France Services as a place: address, hours, telephone, and what to know first.

Nothing of the row is dropped: what has no field of its own goes to the notice or to a remark.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime

from directory.i18n import gettext
from directory.imports.contacts import emails, phones
from directory.imports.hours_comments import Certainties, Certainty, certainties, is_by_appointment
from directory.imports.mapping import Remarks
from directory.imports.places import check_postal_code, find_position
from directory.imports.remarks import Severity
from directory.imports.slots import WHOLE_DAY, Slot, read_slots
from directory.listings.conditions import Conditions
from directory.listings.drafts import (
    CredentialDraft,
    LocationDraft,
    PlaceDraft,
)
from directory.listings.vocabulary import plain
from directory.opening_hours import Mode, ScheduleRule
from directory.territories import Commune

DAYS = {
    "h_lundi": (1, "lundi"),
    "h_mardi": (2, "mardi"),
    "h_mercredi": (3, "mercredi"),
    "h_jeudi": (4, "jeudi"),
    "h_vendredi": (5, "vendredi"),
    "h_samedi": (6, "samedi"),
}

#: Formats whose address is where the vehicle sleeps.
MOBILE_FORMATS = ("Bus_équivalent", "Itinérante")
FORMATS = (*MOBILE_FORMATS, "Fixe", "Fixe_antenne(s)", "Multisites")

_OF_APPOINTMENTS = re.compile(r"\b(?:rdv|rendez vous)\b")
_OF_HOURS = re.compile(
    r"\b(?:ferme|fermee|fermeture|fermetures|alternance|semaines?|vacances|ete|hiver"
    r"|1er|2e|2eme|3e|3eme|4e|4eme|dernier|changement)\b|uniquement sur"
)
_MOBILE_NAME = re.compile(r"\b(?:bus|camion|mobiles?|itinerante?s?|itinerance|pirogue)\b")
_DATE = re.compile(r"(\d{2}/\d{2}/\d{4})")

# The notice is text of the listing, in French as the source is, whoever runs the import.
_CALL_FIRST = "Service itinérant : ne pas s'y rendre sans appeler."
_PASSING = "Horaires de passage annoncés : {hours} ; ne pas s'y rendre sans appeler."
_MAYBE_MOBILE = "Le nom annonce un service itinérant : appelez avant de venir."
_UNSURE_HOURS = "Horaires annoncés le {day} : {hours} ; appelez avant de venir."


def place(
    values: Mapping[str, str], service_name: str, commune: Commune, remarks: Remarks
) -> PlaceDraft:
    """Return the place of a row. A mobile one is a home base: it has no counter hours."""
    is_mobile = values["format_fs"] in MOBILE_FORMATS
    slots, unsure = _week(values, remarks)
    certain = certainties(values["commentaire"], slots)
    rules = () if is_mobile else _rules(certain, unsure)
    found_phones = phones(values["telephone"], commune.departement, "telephone", remarks)
    found_mails = emails(values["mail"], "mail", remarks)
    _check_words(values, commune, is_mobile, remarks)
    return PlaceDraft(
        key=values["id_fs"],
        location=_location(values, service_name, commune, remarks),
        opening_mode=Mode.SCHEDULED if rules else Mode.UNKNOWN,
        schedules=rules,
        phones=found_phones,
        contacts=found_mails,
        conditions=Conditions(access=_access(values, certain, is_mobile=is_mobile)),
        is_home_base=is_mobile,
        notice=_notice(values, is_mobile, unsure, remarks),
    )


def credential(values: Mapping[str, str], remarks: Remarks) -> CredentialDraft | None:
    """Return the label of a row with the day it began."""
    text = values["labellisation_fs"]
    try:
        match = _DATE.search(text)
        starts_on = datetime.strptime(match[1], "%d/%m/%Y").date() if match else None  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        starts_on = None
    if starts_on is None:
        remarks.doubt("labellisation_fs", text, gettext("La date du label ne se lit pas."))
        return None
    return _label(starts_on)


def _label(starts_on: date) -> CredentialDraft:
    return CredentialDraft(kind="label-france-services", starts_on=starts_on)


def _location(
    values: Mapping[str, str], service_name: str, commune: Commune, remarks: Remarks
) -> LocationDraft:
    check_postal_code(commune, values["code_postal"], "code_postal", remarks)
    position = find_position(commune, values, ("latitude", "longitude"), remarks)
    address = values["adresse"]
    precise = "housenumber" if address[:1].isdigit() else "street"
    return LocationDraft(
        key=values["id_fs"],
        name=values["lib_fs"] if values["lib_fs"] != service_name else None,
        address=address or None,
        address_extra=values["complement_adresse"] or None,
        postal_code=values["code_postal"] or None,
        city=values["lib_com"] or commune.name,
        insee_code=commune.insee_code,
        position=position,
        precision=precise if position else "municipality",
        time_zone=commune.time_zone,
        holiday_zone=commune.holiday_zone,
        school_zone=commune.school_zone,
    )


def _week(
    values: Mapping[str, str], remarks: Remarks
) -> tuple[dict[int, tuple[Slot, ...]], list[str]]:
    """Return the slots by weekday, and the columns whose hours cannot be told."""
    slots, unsure = {}, []
    for column, (weekday, _name) in DAYS.items():
        found = read_slots(values[column], column, remarks)
        if found is None:
            unsure.append(column)
        slots[weekday] = found or ()
    return slots, unsure


def _rules(certain: Certainties, unsure: list[str]) -> tuple[ScheduleRule, ...]:
    """Return one rule for each slot, with all the weekdays that have it.

    A day that cannot be told is unknown as a whole; one that the source leaves empty is closed.
    Without a slot nothing is told of any day.
    """
    if not certain:
        return ()
    days: dict[tuple[Slot, Certainty], list[int]] = {}
    for (weekday, slot), certainty in certain.items():
        days.setdefault((slot, certainty), []).append(weekday)
    for column in unsure:
        days.setdefault((WHOLE_DAY, Certainty.UNKNOWN), []).append(DAYS[column][0])
    return tuple(
        ScheduleRule(
            opens_at=slot[0],
            closes_at=slot[1],
            weekdays=tuple(of_slot),
            by_appointment=certainty is Certainty.BY_APPOINTMENT,
            is_unknown=certainty is Certainty.UNKNOWN,
        )
        for (slot, certainty), of_slot in sorted(days.items())
    )


def _access(values: Mapping[str, str], certain: Certainties, *, is_mobile: bool) -> tuple[str, ...]:
    """Return how one comes. Nobody walks in where a vehicle sleeps, nor where nothing says so."""
    is_limited = is_by_appointment(values["commentaire"])
    told = values["prise_rdv"]
    has_open_slot = Certainty.OPEN in certain.values()
    ways = {
        "walk-in": told in ("Oui", "Non") and not is_mobile and (has_open_slot or not is_limited),
        "appointment": told == "Oui" or is_limited,
    }
    return tuple(way for way, is_way in ways.items() if is_way)


def _check_words(
    values: Mapping[str, str], commune: Commune, is_mobile: bool, remarks: Remarks
) -> None:
    """Tell what the words of the row say that its columns do not."""
    comment = plain(values["commentaire"])
    if values["format_fs"] not in FORMATS:
        remarks.doubt("format_fs", values["format_fs"], gettext("Ce format est inconnu."))
    if not is_mobile and _MOBILE_NAME.search(plain(values["lib_fs"])):
        remarks.doubt(
            "format_fs", values["lib_fs"], gettext("Le nom dit itinérant, le format dit fixe.")
        )
    if values["prise_rdv"] not in ("Oui", "Non"):
        remarks.doubt("prise_rdv", values["prise_rdv"], gettext("Ni « Oui » ni « Non »."))
    elif values["prise_rdv"] == "Non" and _OF_APPOINTMENTS.search(comment):
        remarks.doubt(
            "prise_rdv",
            values["commentaire"],
            gettext("La colonne dit sans rendez-vous, le commentaire en parle."),
        )
    if _OF_HOURS.search(comment):
        remarks.doubt(
            "commentaire",
            values["commentaire"],
            gettext("Le commentaire change peut-être les horaires ; il est montré avec eux."),
        )
    if not is_mobile and not any(values[column] for column in DAYS):
        remarks.note("h_lundi", "", gettext("La ligne n'a pas d'horaires : ouverture inconnue."))
    _check_commune(values, commune, remarks)


def _check_commune(values: Mapping[str, str], commune: Commune, remarks: Remarks) -> None:
    if values["insee_dep"] not in (commune.departement, commune.insee_code[:3]):
        remarks.doubt(
            "insee_dep", values["insee_dep"], gettext("Le département n'est pas celui du code.")
        )
    if not plain(commune.name).startswith(plain(values["lib_com"])):
        remarks.note(
            "lib_com",
            values["lib_com"],
            gettext("La commune porte aujourd'hui un autre nom."),
            commune.label,
        )


def _notice(
    values: Mapping[str, str], is_mobile: bool, unsure: list[str], remarks: Remarks
) -> str | None:
    """Return what to know before coming, one sentence a line, the source's comment last."""
    lines = []
    if is_mobile:
        week = " ; ".join(
            f"{name} {values[column]}" for column, (_n, name) in DAYS.items() if values[column]
        )
        lines.append(_PASSING.format(hours=week) if week else _CALL_FIRST)
    elif _MOBILE_NAME.search(plain(values["lib_fs"])):
        lines.append(_MAYBE_MOBILE)
    if not is_mobile:
        for column in unsure:
            lines.append(_UNSURE_HOURS.format(day=DAYS[column][1], hours=values[column]))
    for r in remarks.found:
        if r.severity is Severity.DOUBTFUL and r.field in ("telephone", "mail"):
            lines.append(f"Contact annoncé : {r.value}.")
    lines.append(values["commentaire"])
    return "\n".join(filter(None, lines)) or None
