"""Comments as real rows have them: what they take away from the hours, and what they leave."""

from datetime import UTC, datetime, timedelta

import pytest

from directory.imports.france_services import FranceServices
from directory.imports.france_services_place import place
from directory.imports.mapping import Remarks
from directory.imports.rows import read_table
from directory.listings.drafts import PlaceDraft
from directory.opening_hours import OpeningHours, open_minutes, state_at
from directory.territories import Gazetteer

#: Monday to Friday, both halves of the day.
BOTH = "09:00 - 12:00 / 13:30 - 17:00"
DAYS = ("h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi")
FREE, BOOKED, EITHER = ("walk-in",), ("appointment",), ("walk-in", "appointment")

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
#: Open minutes of a week: all, one morning, one afternoon.
ALL, AM, PM = 5 * 390, 180, 210


@pytest.fixture
def values(invented_importer: FranceServices, invented_content: bytes) -> dict[str, str]:
    rows = read_table(invented_content, file="fs.csv", columns=invented_importer.columns).rows
    return {**rows[0].values, **dict.fromkeys(DAYS, BOTH), "prise_rdv": "Non"}


@pytest.fixture
def told(values: dict[str, str], invented_gazetteer: Gazetteer):  # type: ignore[no-untyped-def]
    def tell(comment: str = "", **columns: str) -> PlaceDraft:
        bondy = invented_gazetteer.by_insee("93010")
        assert bondy is not None
        row = values | {"commentaire": comment} | columns
        return place(row, row["lib_fs"], bondy, Remarks("fs.csv", 2))

    return tell


def hours_of(draft: PlaceDraft) -> OpeningHours:
    rows = [rule.to_row() for rule in draft.schedules]
    return OpeningHours.from_rows(rows, mode=draft.opening_mode)


def open_of_week(draft: PlaceDraft) -> int:
    spans = open_minutes(hours_of(draft), MONDAY, MONDAY + timedelta(days=7))
    return sum(after - first for first, after in spans)


def state(draft: PlaceDraft, day_and_hour: str) -> str:
    """The state at "je 10", on the clock of Paris in winter."""
    day, hour = day_and_hour.split()
    ahead = timedelta(days=("lu", "ma", "me", "je", "ve", "sa").index(day), hours=int(hour) - 1)
    return state_at(hours_of(draft), MONDAY + ahead).state.value


@pytest.mark.parametrize(
    ("comment", "when", "expected", "access", "minutes"),
    [
        ("", "je 10", "open", FREE, ALL),
        ("Parking derrière la mairie", "je 10", "open", FREE, ALL),
        # Only by appointment, all the week.
        ("sur rendez-vous", "je 10", "by_appointment", BOOKED, 0),
        ("UNIQUEMENT SUR RDV", "je 10", "by_appointment", BOOKED, 0),
        ("Nous ne recevons que sur RDV.", "je 10", "by_appointment", BOOKED, 0),
        ("Prise de rendez-vous obligatoire", "lu 14", "by_appointment", BOOKED, 0),
        (
            "SUR RENDEZ VOUS UNIQUEMENT - DANS LES LOCAUX DE LA MAIRIE",
            "je 10",
            "by_appointment",
            BOOKED,
            0,
        ),
        ("UNIQUEMENT SUR RDV (fermeture le vendredi)", "lu 10", "by_appointment", BOOKED, 0),
        ("UNIQUEMENT SUR RDV (fermeture le vendredi)", "ve 10", "unknown", BOOKED, 0),
        # On a day, on a half day, at some hours.
        ("Uniquement sur rendez-vous le jeudi", "je 10", "by_appointment", EITHER, ALL - AM - PM),
        ("Uniquement sur rendez-vous le jeudi", "ve 10", "open", EITHER, ALL - AM - PM),
        ("Vendredi après-midi uniquement sur rdv", "ve 14", "by_appointment", EITHER, ALL - PM),
        ("Vendredi après-midi uniquement sur rdv", "ve 10", "open", EITHER, ALL - PM),
        ("Les après midi uniquement sur RDV", "ma 14", "by_appointment", EITHER, 5 * AM),
        ("Sur RDV les mardis et jeudis après-midi", "ma 10", "open", EITHER, ALL - 2 * PM),
        # It may be all of Thursday, so it is.
        (
            "Sur RDV le jeudi et vendredi après-midi",
            "je 10",
            "by_appointment",
            EITHER,
            ALL - AM - 2 * PM,
        ),
        ("Sur rendez-vous du lundi au mercredi", "me 10", "by_appointment", EITHER, 2 * (AM + PM)),
        ("Le lundi de 14h à 17h sur rendez-vous", "lu 14", "by_appointment", EITHER, ALL - PM),
        # Both ways of coming, each with its times.
        (
            "Accueil de 9h à 12h sans rendez-vous, et de 13h30 à 17h uniquement sur rendez-vous",
            "lu 14",
            "by_appointment",
            EITHER,
            5 * AM,
        ),
        (
            "Accueil le matin sur le flux, l après midi sur rendez vous.",
            "lu 10",
            "open",
            EITHER,
            5 * AM,
        ),
        # A choice, or somebody else's hours, take nothing away.
        ("Accueil avec ou sans rendez-vous", "je 10", "open", FREE, ALL),
        ("Prise de rendez-vous conseillée au 01 99 00 10 01", "je 10", "open", FREE, ALL),
        ("Permanences des partenaires uniquement sur rdv", "je 10", "open", FREE, ALL),
        # Rhythms and closures that the columns cannot hold.
        ("Ouvert les semaines paires uniquement", "je 10", "unknown", FREE, 0),
        ("Un lundi sur deux à la mairie", "lu 10", "unknown", FREE, ALL - AM - PM),
        ("1er et 3ème lundi du mois", "lu 14", "unknown", FREE, ALL - AM - PM),
        ("Fermeture chaque 1er mardi matin du mois.", "ma 10", "unknown", FREE, ALL - AM),
        ("Fermeture chaque 1er mardi matin du mois.", "ma 14", "open", FREE, ALL - AM),
        ("Fermé pendant les vacances scolaires", "je 10", "unknown", FREE, 0),
        ("Fermé le 2e jeudi de chaque mois de 15h30 à 17h", "je 14", "unknown", FREE, ALL - PM),
        ("Nous sommes fermés entre 12h et 13h30", "je 10", "open", FREE, ALL),
        ("Entrée par la rue de la Ferme d'Aligre", "je 10", "open", FREE, ALL),
    ],
)
def test_a_comment_takes_certainty_away_and_gives_none(  # type: ignore[no-untyped-def]
    told, comment: str, when: str, expected: str, access: tuple[str, ...], minutes: int
) -> None:
    draft = told(comment)
    assert state(draft, when) == expected
    assert draft.conditions.access == access
    assert open_of_week(draft) == minutes


@pytest.mark.parametrize(
    "cell", ["09:00 - 12h00 sur rdv", "13:00 - 09:00", "08:30 - 12:00 / 10:00 - 17:00"]
)
def test_hours_that_cannot_be_read_are_unknown_all_day_never_closed(told, cell: str) -> None:  # type: ignore[no-untyped-def]
    draft = told(h_jeudi=cell)
    assert {state(draft, f"je {hour}") for hour in range(1, 24)} == {"unknown"}
    assert (state(draft, "ve 10"), state(draft, "ve 20")) == ("open", "closed")
    assert open_of_week(draft) == ALL - AM - PM


def test_hours_none_of_which_can_be_read_are_unknown(told) -> None:  # type: ignore[no-untyped-def]
    draft = told(**dict.fromkeys(DAYS, "le matin"))
    assert (draft.opening_mode, draft.schedules) == ("unknown", ())


def test_nobody_walks_in_where_a_vehicle_sleeps_nor_where_nothing_says_so(told) -> None:  # type: ignore[no-untyped-def]
    assert told(format_fs="Itinérante").conditions.access == ()
    assert told(format_fs="Itinérante", prise_rdv="Oui").conditions.access == BOOKED
    assert told(prise_rdv="").conditions.access == ()
    assert told(prise_rdv="N/A").conditions.access == ()
