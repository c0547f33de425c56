"""What a person reads. 20 November 2026 is a Friday."""

import pytest

from directory.opening_hours import OpeningHours, sentence, state_at
from tests.opening_hours.weeks import COUNTER, PARIS, hours, local

TUESDAY = hours({"weekdays": [2], "opens_at": "14:00", "closes_at": "17:00"})
MONTHLY = hours({"weekdays": [6], "nth": [1]})
NIGHT = hours({"opens_at": "20:00", "closes_at": "08:00", "on_public_holidays": "same"})
SUMMER = [{"starts": "2026-07-20", "ends": "2026-09-02"}]
MORNING_OFF = [{"starts": "2026-11-20T09:00+01:00", "ends": "2026-11-20T11:00+01:00"}]
OTHER = [{"starts": "2026-11-20", "ends": "2026-11-20", "slots": [["10:00", "11:30"]]}]
SCHOOL = hours({"on_school_holidays": "closed"}, school_zone="A")
ALWAYS = OpeningHours.from_rows([], mode="always")


@pytest.mark.parametrize(
    ("place", "at", "words"),
    [
        (COUNTER, "2026-11-20 10:00", "Ouvert jusqu'à 12:30"),
        (COUNTER, "2026-11-20 13:00", "Fermé, ouvre aujourd'hui à 14:00"),
        (COUNTER, "2026-11-19 20:00", "Fermé, ouvre demain à 9:00"),
        (COUNTER, "2026-11-20 20:00", "Fermé, ouvre lundi à 9:00"),
        (TUESDAY, "2026-11-20 20:00", "Fermé, ouvre mardi à 14:00"),
        (MONTHLY, "2026-11-20 20:00", "Fermé, ouvre le samedi 5 décembre à 9:00"),
        (ALWAYS, "2026-05-01 03:00", "Ouvert 24 h/24, 7 j/7"),
        (NIGHT, "2026-11-20 23:00", "Ouvert jusqu'à demain à 8:00"),
        (NIGHT, "2026-11-21 03:00", "Ouvert jusqu'à 8:00"),
        (hours({"closes_at": "24:00"}), "2026-11-20 10:00", "Ouvert jusqu'à minuit"),
        (
            hours({"last_entry_at": "11:30"}),
            "2026-11-20 10:00",
            "Ouvert jusqu'à 12:00, dernière entrée à 11:30",
        ),
        (
            hours({"last_entry_at": "11:30"}),
            "2026-11-20 11:45",
            "Fermé, ouvre demain à 9:00. Dernière entrée passée",
        ),
        (
            hours({}, closures=SUMMER),
            "2026-08-10 10:00",
            "Fermé jusqu'au 2 septembre inclus. Ouvre le jeudi 3 septembre à 9:00",
        ),
        (hours({}, closures=SUMMER), "2026-09-02 10:00", "Fermé aujourd'hui. Ouvre demain à 9:00"),
        (hours({}, closures=MORNING_OFF), "2026-11-20 10:00", "Fermé jusqu'à 11:00"),
        (
            hours({}, closures=[{"starts": "2026-11-20"}]),
            "2026-11-20 10:00",
            "Fermé pour le moment, réouverture non connue : appelez",
        ),
        (
            hours({}, closures=OTHER),
            "2026-11-20 10:00",
            "Ouvert jusqu'à 11:30. Horaires exceptionnels",
        ),
        (OpeningHours.from_rows([], mode="by_appointment"), "2026-11-20 03:00", "Sur rendez-vous"),
        (
            hours({"by_appointment": True}),
            "2026-11-20 10:00",
            "Sur rendez-vous jusqu'à 12:00",
        ),
        (hours({"by_appointment": True}), "2026-11-20 13:00", "Fermé, reçoit sur rendez-vous"),
        (OpeningHours(), "2026-11-20 10:00", "Horaires non connus : appelez avant de venir"),
        (hours({}), "2026-05-01 10:00", "Jour férié : horaires à vérifier, appelez"),
        (COUNTER, "2026-05-01 10:00", "Fermé, ouvre lundi à 9:00. Jour férié aujourd'hui"),
        (SCHOOL, "2026-10-27 10:00", "Fermé, ouvre lundi à 9:00. Vacances scolaires en ce moment"),
        (
            hours({"on_school_holidays": "closed"}),
            "2026-10-27 10:00",
            "Vacances scolaires : horaires à vérifier, appelez",
        ),
        (
            hours({"season_from": "12-01", "season_to": "03-31"}),
            "2026-07-01 10:00",
            "Fermé en cette saison",
        ),
        (
            hours({"season_from": "12-01", "season_to": "03-31"}),
            "2026-11-20 10:00",
            "Fermé, ouvre le mardi 1er décembre à 9:00",
        ),
        # What comes before the next opening is not known: 30 April is the eve of a holiday.
        (
            hours({}),
            "2026-04-30 13:00",
            "Fermé, ouvre samedi à 9:00. Avant cela, horaires à vérifier : appelez",
        ),
    ],
)
def test_the_state_in_words(place, at, words):
    spoken = sentence(state_at(place, local(at)), local(at), PARIS)
    assert spoken == words


def test_times_are_those_of_the_place():
    reunion = hours({}, time_zone="Indian/Reunion", holiday_zone="La Réunion")
    at = local("2026-11-20 06:30")
    assert sentence(state_at(reunion, at), at, "Indian/Reunion") == "Ouvert jusqu'à 12:00"


def test_a_date_far_ahead_carries_its_year():
    place = hours({}, closures=[{"starts": "2026-03-01", "ends": "2027-01-31"}])
    at = local("2026-03-02 10:00")
    assert sentence(state_at(place, at), at, PARIS) == (
        "Fermé jusqu'au 31 janvier 2027 inclus. Ouvre le lundi 1er février 2027 à 9:00"
    )
