"""The invented list of France Services: every trap of the real one, row by row."""

import pytest

from directory.imports.france_services import FranceServices
from directory.imports.mapping import MappedService, Mapping
from directory.imports.pipeline import check_every_row
from directory.imports.rows import SourceRow, read_table
from directory.listings.drafts import PlaceDraft, ServiceDraft
from directory.opening_hours import Mode


@pytest.fixture(scope="module")
def rows(invented_importer: FranceServices, invented_content: bytes) -> tuple[SourceRow, ...]:
    return read_table(invented_content, file="fs.csv", columns=invented_importer.columns).rows


@pytest.fixture(scope="module")
def mapping(invented_importer: FranceServices, rows: tuple[SourceRow, ...]) -> Mapping:
    return invented_importer.map(rows, file="fs.csv")


def service_of(mapping: Mapping, key: str) -> ServiceDraft:
    return next(
        s.draft for s in mapping.services if any(place.key == key for place in s.draft.places)
    )


def place_of(mapping: Mapping, key: str) -> PlaceDraft:
    return next(place for place in service_of(mapping, key).places if place.key == key)


def reasons(mapping: Mapping, key: str) -> set[tuple[str, str]]:
    line = int(key) - 900001 + 2
    return {(r.severity.value, r.field) for r in mapping.remarks if r.line == line}


def test_every_row_is_placed_or_refused(mapping: Mapping, rows: tuple[SourceRow, ...]) -> None:
    check_every_row(mapping, rows)
    assert (len(mapping.placed_lines), len(mapping.refused_lines)) == (17, 1)


def test_a_lost_row_stops_the_import(mapping: Mapping, rows: tuple[SourceRow, ...]) -> None:
    without_first = Mapping(mapping.services[1:], mapping.remarks)
    with pytest.raises(RuntimeError, match="neither placed nor refused"):
        check_every_row(without_first, rows)
    twice = Mapping(
        (*mapping.services, MappedService(mapping.services[0].draft, (18,))), mapping.remarks
    )
    with pytest.raises(RuntimeError, match="or both"):
        check_every_row(twice, rows)


def test_a_plain_row_says_what_the_file_says_and_no_more(mapping: Mapping) -> None:
    service, place = service_of(mapping, "900001"), place_of(mapping, "900001")
    assert service.name == service.organization.name == "France services Exemple de Bondy"
    assert service.organization.networks == ("France Services",)
    assert service.conditions.welcome == "unconditional"
    assert service.conditions.cost is not None
    assert service.conditions.cost.kind == "free"
    assert service.areas == ()
    assert [c.kind for c in service.credentials] == ["label-france-services"]
    assert place.verified_at is None
    assert place.notice is None
    assert place.conditions is not None
    assert place.conditions.access == ("walk-in", "appointment")
    assert place.location is not None
    assert place.location.accessibility == ()
    assert [(r.opens_at, r.closes_at, r.weekdays) for r in place.schedules] == [
        (540, 720, (1, 2, 4, 5)),
        (810, 1020, (1, 2)),
    ]
    assert reasons(mapping, "900001") == set()


@pytest.mark.parametrize("key", ["900002", "900003"])
def test_a_vehicle_is_a_home_base_without_counter_hours(mapping: Mapping, key: str) -> None:
    place = place_of(mapping, key)
    assert place.is_home_base
    assert place.opening_mode == Mode.UNKNOWN
    assert place.schedules == ()
    assert place.conditions is not None
    assert "walk-in" not in place.conditions.access
    assert "ne pas s'y rendre sans appeler" in (place.notice or "")


def test_the_passing_hours_and_the_comment_of_a_vehicle_are_kept(mapping: Mapping) -> None:
    notice = place_of(mapping, "900002").notice or ""
    assert notice.startswith(
        "Horaires de passage annoncés : lundi 09:00 - 12:00 / 13:30 - 17:00 ; mardi"
    )
    assert notice.endswith("Le bus tourne dans le canton.")


def test_sites_of_a_group_are_places_of_one_service(mapping: Mapping) -> None:
    service = service_of(mapping, "900004")
    assert service is service_of(mapping, "900005")
    assert (service.key, service.name) == ("900004", "France services Exemple de Rennes")
    assert [place.location.name if place.location else "" for place in service.places] == [
        None,
        "France services Exemple de Rennes - Antenne du Blosne",
    ]


def test_an_antenna_joins_the_site_it_is_named_after(mapping: Mapping) -> None:
    assert service_of(mapping, "900006") is service_of(mapping, "900007")
    assert ("note", "lib_fs") in reasons(mapping, "900007")


def test_an_empty_interval_opens_nothing(mapping: Mapping) -> None:
    rules = place_of(mapping, "900008").schedules
    assert all(rule.opens_at > 0 for rule in rules)
    assert not any(1 in rule.weekdays for rule in rules)
    assert {("note", "h_lundi"), ("note", "h_mardi")} <= reasons(mapping, "900008")


def test_a_day_that_cannot_be_told_is_unknown_and_a_day_left_empty_is_closed(
    mapping: Mapping,
) -> None:
    for key, weekday in (("900009", 2), ("900010", 3)):
        rules = [rule for rule in place_of(mapping, key).schedules if weekday in rule.weekdays]
        assert [rule.is_unknown_day for rule in rules] == [True]
    assert not any(6 in rule.weekdays for rule in place_of(mapping, "900009").schedules)


def test_doubtful_hours_are_cited_in_the_notice(mapping: Mapping) -> None:
    overlapping = place_of(mapping, "900009")
    assert "mardi : 09:00 - 16:00 / 13:00 - 17:00 ; appelez" in (overlapping.notice or "")
    assert {("doubtful", "h_mardi"), ("note", "h_jeudi")} <= reasons(mapping, "900009")
    reversed_hours = place_of(mapping, "900010")
    assert "mercredi : le matin" in (reversed_hours.notice or "")


def test_no_hours_are_unknown_never_closed(mapping: Mapping) -> None:
    place = place_of(mapping, "900011")
    assert (place.opening_mode, place.schedules, place.is_home_base) == (Mode.UNKNOWN, (), False)


def test_only_by_appointment_is_never_a_plain_opening(mapping: Mapping) -> None:
    place = place_of(mapping, "900012")
    assert place.conditions is not None
    assert place.conditions.access == ("appointment",)
    assert all(rule.by_appointment for rule in place.schedules)


def test_what_does_not_agree_with_the_communes_is_told(mapping: Mapping) -> None:
    assert ("doubtful", "code_postal") in reasons(mapping, "900013")
    assert ("doubtful", "insee_com") in reasons(mapping, "900014")
    former = place_of(mapping, "900014").location
    assert former is not None
    assert (former.insee_code, former.city) == ("93010", "Ancienne-Bondy")


def test_a_point_in_the_middle_of_france_is_the_commune_instead(mapping: Mapping) -> None:
    location = place_of(mapping, "900015").location
    assert location is not None
    assert (location.position, location.precision) == (None, "municipality")
    assert ("doubtful", "latitude") in reasons(mapping, "900015")


def test_a_contact_that_cannot_be_used_stays_in_the_notice(mapping: Mapping) -> None:
    place = place_of(mapping, "900016")
    assert place.phones == ()
    assert [contact.email for contact in place.contacts] == ["un@example.org"]
    assert "Contact annoncé : 01 00 00." in (place.notice or "")
    assert "Contact annoncé : deux." in (place.notice or "")


def test_a_row_without_a_known_commune_is_refused_with_a_remedy(mapping: Mapping) -> None:
    refused = [r for r in mapping.remarks if r.severity.value == "refused"]
    assert [(r.line, r.field, r.value) for r in refused] == [(18, "insee_com", "00000")]
    assert refused[0].remedy


def test_overseas_rows_keep_their_clock_and_country(mapping: Mapping) -> None:
    place = place_of(mapping, "900018")
    assert place.location is not None
    assert place.location.time_zone == "Indian/Reunion"
    assert place.location.holiday_zone == "La Réunion"
    assert [phone.number for phone in place.phones] == ["+262262161001"]
