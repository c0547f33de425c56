"""Our own list: leads read in documents, to be verified, each row placed or refused."""

import csv
import io
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.imports.demonstration import LEADS_FILE
from directory.imports.france_services import FranceServices
from directory.imports.mapping import Importer, Mapping
from directory.imports.pipeline import check_every_row, run
from directory.imports.rows import SourceRow, read_table
from directory.imports.seed_listings import COLUMNS, SeedListings
from directory.listings.drafts import ServiceDraft
from directory.paths import PACKAGE
from directory.territories import Gazetteer
from directory.territories.sources import bundled

LEADS = PACKAGE / "imports" / "demonstration" / LEADS_FILE

LEAD = {
    "key": "exemple",
    "organization": "Association (exemple)",
    "service_name": "Épicerie (exemple)",
    "category": "aide-alimentaire",
    "food_kind": "epicerie-solidaire",
    "description": "Une épicerie inventée.",
    "audience": "jeunes",
    "itinerant": "no",
    "commune": "Bondy",
    "insee_code": "93010",
    "area_kind": "commune",
    "area_codes": "93010;35238",
    "year": "2020",
    "status": "announced",
    "source_document": "Un plan (exemple)",
    "note": "",
}


def mapped(gazetteer: Gazetteer, **changes: str) -> Mapping:
    rows = [SourceRow(2, LEAD | changes)]
    mapping = SeedListings(gazetteer).map(rows, file="liste.csv")
    check_every_row(mapping, rows)
    return mapping


def draft_of(gazetteer: Gazetteer, **changes: str) -> ServiceDraft:
    (service,) = mapped(gazetteer, **changes).services
    return service.draft


@pytest.fixture(scope="module")
def leads() -> Mapping:
    rows = read_table(LEADS.read_bytes(), file=LEADS_FILE, columns=COLUMNS).rows
    mapping = SeedListings(Gazetteer(bundled().communes)).map(rows, file=LEADS_FILE)
    check_every_row(mapping, rows)
    return mapping


def test_the_252_leads_are_all_taken(leads: Mapping) -> None:
    assert (len(leads.placed_lines), len(leads.refused_lines)) == (252, 0)
    places = [place for service in leads.services for place in service.draft.places]
    assert len(places) == 252
    assert sum(place.location is not None for place in places) == 97
    assert all(place.verified_at is None and not place.schedules for place in places)
    assert all(place.opening_mode == "unknown" for place in places)


def test_plaine_commune_is_an_ept(leads: Mapping) -> None:
    codes = {area.code for service in leads.services for area in service.draft.areas}
    assert "ept:200057867" in codes
    assert "epci:200057867" not in codes


def test_every_lead_serves_somebody_and_names_its_document(leads: Mapping) -> None:
    for service in leads.services:
        assert service.draft.areas
        assert not service.draft.is_demonstration
        (place,) = service.draft.places
        assert (place.notice or "").startswith("Piste à vérifier : service cité dans « ")


def test_a_vehicle_of_a_lead_is_received_nowhere(leads: Mapping) -> None:
    mobile = [
        place
        for service in leads.services
        for place in service.draft.places
        if "itinérant" in (place.notice or "")
    ]
    assert len(mobile) == 35
    assert all(place.is_home_base or place.location is None for place in mobile)


def test_a_plain_row_becomes_a_lead(invented_gazetteer: Gazetteer) -> None:
    draft = draft_of(invented_gazetteer)
    assert draft.category == "epicerie-solidaire"
    assert [area.code for area in draft.areas] == ["commune:93010", "commune:35238"]
    assert draft.conditions.audiences == ("jeunes",)
    (place,) = draft.places
    assert place.location is not None
    assert (place.location.city, place.location.position) == ("Bondy", None)
    assert "annoncé : rien ne dit qu'il a ouvert" in (place.notice or "")


def test_a_quartier_is_its_commune_with_a_note(invented_gazetteer: Gazetteer) -> None:
    (area,) = draft_of(
        invented_gazetteer, area_kind="quartier", area_codes="93010", note="Cité du Nord"
    ).areas
    assert (area.code, area.note) == ("commune:93010", "Cité du Nord")


def test_a_refuge_is_hidden_before_it_has_an_address(invented_gazetteer: Gazetteer) -> None:
    (place,) = draft_of(invented_gazetteer, audience="femmes victimes de violences").places
    assert place.location is not None
    assert place.location.privacy == "hidden"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": ""}, "key"),
        ({"service_name": ""}, "service_name"),
        ({"category": "manger"}, "category"),
        ({"food_kind": "gateaux"}, "food_kind"),
        ({"area_kind": "canton"}, "area_kind"),
        ({"insee_code": "99999", "commune": "Nulle-Part"}, "insee_code"),
        ({"audience": "x" * 301}, "audience"),
        ({"key": "x" * 201}, "key"),
    ],
)
def test_a_row_that_cannot_be_understood_is_refused_with_a_remedy(
    changes: dict[str, str], field: str, invented_gazetteer: Gazetteer
) -> None:
    mapping = mapped(invented_gazetteer, **changes)
    refused = [r for r in mapping.remarks if r.severity.value == "refused"]
    assert [r.field for r in refused] == [field]
    assert refused[0].remedy


def test_unknown_areas_and_words_are_told_and_the_row_kept(invented_gazetteer: Gazetteer) -> None:
    mapping = mapped(
        invented_gazetteer, area_codes="93010;99999", status="maybe", itinerant="perhaps"
    )
    assert {r.field for r in mapping.remarks} == {"area_codes", "status", "itinerant"}
    assert len(mapping.services) == 1


def test_one_own_list_does_not_touch_another(
    session_with_words: Session, invented_gazetteer: Gazetteer, at: datetime
) -> None:
    content = io.StringIO()
    writer = csv.DictWriter(content, COLUMNS)
    writer.writeheader()
    writer.writerow(LEAD)
    for source in ("a", "b", "a"):
        report = run(
            session_with_words,
            importer=SeedListings(invented_gazetteer, source),
            content=content.getvalue().encode(),
            file="liste.csv",
            at=at,
        )
        assert report.is_applied
        assert report.comparison.vanished == ()


@given(
    column=st.integers(0, 23),
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400),
    is_seed=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_whatever_a_cell_holds_the_row_is_placed_or_refused(
    column: int, text: str, is_seed: bool
) -> None:
    importer: Importer = SeedListings(_SMALL) if is_seed else FranceServices(_SMALL)
    row = LEAD if is_seed else _FRANCE_SERVICES
    name = importer.columns[column % len(importer.columns)]
    rows = [SourceRow(2, row | {name: text.strip()})]
    mapping = importer.map(rows, file="liste.csv")
    check_every_row(mapping, rows)
    assert all(r.message for r in mapping.remarks)


_SMALL = Gazetteer(c for c in bundled().communes if c.insee_code in ("93010", "35238"))
_FRANCE_SERVICES = dict.fromkeys(FranceServices(_SMALL).columns, "") | {
    "id_fs": "1",
    "insee_dep": "93",
    "lib_fs": "France services (exemple)",
    "insee_com": "93010",
    "code_postal": "93140",
    "lib_com": "Bondy",
    "format_fs": "Fixe",
    "prise_rdv": "Oui",
}
