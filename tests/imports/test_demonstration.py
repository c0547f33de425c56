"""Demonstration data: clearly invented, of every kind, with every feature of the hours."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, func, select
from sqlalchemy.orm import Session

from directory.db import Base
from directory.errors import InvalidInput
from directory.imports import demonstration
from directory.imports.demonstration.drafts import SOURCE, weekdays
from directory.imports.demonstration.town import read_town
from directory.listings import actions
from directory.listings.drafts import ServiceDraft
from directory.listings.entries import SearchCard, SearchEntry
from directory.listings.indexing import hours_of
from directory.listings.models import Service, ServiceAtLocation
from directory.listings.vocabulary import KINDS
from directory.opening_hours import OpeningHours, Purpose, State, state_spans
from directory.postgres.roles import DatabaseUrls
from directory.territories import Gazetteer
from directory.territories.actions import load_bundled_if_empty
from directory.territories.sources import bundled
from tests.fixtures.cluster import rolled_back

#: Wider kinds, that gather others and name no service of their own.
UMBRELLAS = {"besoins-du-quotidien", "hygiene", "jeunesse"}

#: Kept by the regulator for works of fiction.
FICTION = re.compile(r"\+33199(00)\d{4}|\+3363998\d{4}")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(bundled().communes)


@pytest.fixture(scope="module")
def drafts(gazetteer: Gazetteer, at: datetime) -> list[ServiceDraft]:
    return demonstration.example_drafts(gazetteer, at)


@pytest.fixture(scope="module")
def with_communes(database: DatabaseUrls, at: datetime) -> Iterator[Session]:
    """A session on a base that knows the communes and the kinds of help, for the module."""
    with rolled_back(database.app) as session:
        actions.store_vocabulary(session)
        load_bundled_if_empty(session, at=at)
        session.flush()
        yield session


@pytest.fixture
def filled(with_communes: Session) -> Iterator[Session]:
    """The same for one test alone: what it writes is taken back."""
    savepoint = with_communes.begin_nested()
    yield with_communes
    savepoint.rollback()
    with_communes.expunge_all()


def test_every_kind_of_help_is_shown(drafts: list[ServiceDraft]) -> None:
    assert {kind.code for kind in KINDS} - {draft.category for draft in drafts} == UMBRELLAS


def test_everything_invented_says_so(drafts: list[ServiceDraft]) -> None:
    for draft in drafts:
        assert draft.is_demonstration
        assert "(exemple)" in draft.name
        told = draft.organization.name
        assert "(exemple)" in told or "Exemples" in told
        for place in draft.places:
            assert all(FICTION.fullmatch(phone.number) for phone in place.phones)
            for contact in place.contacts:
                assert (contact.email or "x@example.org").endswith("example.org")
                assert (contact.website or "https://example.org").endswith("example.org")


def test_every_draft_can_be_stored(drafts: list[ServiceDraft]) -> None:
    for draft in drafts:
        actions.check_draft(draft)


def test_every_area_is_known(drafts: list[ServiceDraft], gazetteer: Gazetteer) -> None:
    areas = {area.code for draft in drafts for area in draft.areas}
    assert {code.split(":")[0] for code in areas} == {
        "commune", "epci", "ept", "departement", "region", "france",
    }  # fmt: skip
    assert all(gazetteer.area_label(code) for code in areas)


def test_every_feature_of_the_hours_is_shown(drafts: list[ServiceDraft]) -> None:
    rules = [rule for d in drafts for place in d.places for rule in place.schedules]
    closures = [closure for d in drafts for place in d.places for closure in place.closures]
    shown: dict[str, bool] = {
        "nth": any(rule.nth for rule in rules),
        "season": any(rule.season_from for rule in rules),
        "midnight": any(rule.closes_after > 1440 for rule in rules),
        "by appointment": any(rule.by_appointment for rule in rules),
        "weeks": {rule.week_parity for rule in rules if rule.week_parity} == {"odd", "even"},
        "every three weeks": any(rule.every_weeks > 1 for rule in rules),
        "last entry": any(rule.last_entry_at for rule in rules),
        "purposes": {rule.purpose for rule in rules} == set(Purpose),
        "public holidays": {str(rule.on_public_holidays) for rule in rules}
        == {"unknown", "closed", "same", "only"},
        "school holidays": {str(rule.on_school_holidays) for rule in rules}
        == {"same", "closed", "only"},
        "closure": any(not closure.slots for closure in closures),
        "other hours": any(closure.slots for closure in closures),
        "modes": {place.opening_mode for d in drafts for place in d.places}
        == {"scheduled", "by_appointment", "unknown", "always"},
    }
    assert [name for name, is_shown in shown.items() if not is_shown] == []


def test_every_feature_of_a_listing_is_shown(drafts: list[ServiceDraft]) -> None:
    places = [place for draft in drafts for place in draft.places]
    capacities = {place.capacity.status for place in places if place.capacity}
    assert capacities == {"capacity", "waitlist", "no-capacity", "assessment-required"}
    assert {d.visibility for d in drafts} == {"public", "professionals"}
    assert any(d.tours and len(d.tours[0].stops) > 2 for d in drafts)
    assert {c.kind for d in drafts for c in d.credentials} == {
        "label-pcb", "agrement-domiciliation", "habilitation-aide-alimentaire",
    }  # fmt: skip
    assert any(place.location is None and "remote" in d.conditions.modes
               for d in drafts for place in d.places)  # fmt: skip
    assert any(place.is_home_base for place in places)
    assert any(place.location and place.location.privacy == "hidden" for place in places)
    assert any(d.conditions.animals for d in drafts)
    assert {lang for d in drafts for lang in d.conditions.languages} >= {"fr", "ar", "en"}


def test_closures_stay_around_today(drafts: list[ServiceDraft], at: datetime) -> None:
    laundry = next(d for d in drafts if d.key == "bondy-laverie").places[0]
    hours = OpeningHours(rules=laundry.schedules, closures=laundry.closures)
    states = {span.state for span in state_spans(hours, at, at + timedelta(days=30))}
    assert {State.TEMPORARILY_CLOSED, State.OPEN} <= states


def test_an_empty_base_is_filled_once(filled: Session, at: datetime) -> None:
    loaded = demonstration.load_if_empty(filled, at)
    assert loaded is not None
    assert loaded.leads == 252
    assert count(filled, Service) == loaded.examples + loaded.leads
    assert demonstration.load_if_empty(filled, at) is None
    examples = filled.scalars(select(Service).where(Service.is_demonstration)).all()
    assert len(examples) == loaded.examples


def test_leads_are_to_be_verified_and_never_open(filled: Session, at: datetime) -> None:
    demonstration.load(filled, at=at)
    leads = filled.execute(
        select(SearchCard.card, SearchEntry.open_minutes)
        .join(SearchEntry)
        .where(SearchCard.card["source"]["name"].astext == "seed")
    ).all()
    assert len(leads) == 252
    for card, minutes in leads:
        assert card["to_verify"]
        assert not card["demonstration"]
        assert "Piste à vérifier" in card["notice"]
        assert not minutes


def test_the_street_of_the_refuge_is_told_nowhere(filled: Session, at: datetime) -> None:
    demonstration.load(filled, at=at)
    for card, details in filled.execute(select(SearchCard.card, SearchCard.details)):
        assert "Secret Gardé" not in str(card)
        assert "Secret Gardé" not in str(details)


def test_removing_takes_the_examples_and_leaves_the_leads(filled: Session, at: datetime) -> None:
    demonstration.load(filled, at=at)
    removed = demonstration.remove(filled, at=at, with_leads=False)
    assert removed.examples == len(demonstration.example_drafts(Gazetteer(bundled().communes), at))
    assert count(filled, Service) == 252
    assert count(filled, SearchEntry) == 252
    assert demonstration.remove(filled, at=at, with_leads=True).leads == 252
    assert count(filled, SearchEntry) == 0


def test_an_example_that_somebody_verified_can_be_removed(filled: Session, at: datetime) -> None:
    demonstration.load(filled, at=at)
    place = filled.scalars(select(ServiceAtLocation).where(
        ServiceAtLocation.source_key == "lyon-pcb@bureau-budget")).one()  # fmt: skip
    actions.verify_place(
        filled,
        service_at_location_id=place.id,
        method="phone",
        found_unchanged=True,
        verified_by="test",
        at=at,
    )
    assert demonstration.remove(filled, at=at, with_leads=False).examples > 0


def test_many_together_are_stored_as_one_by_one(
    filled: Session, drafts: list[ServiceDraft], at: datetime
) -> None:
    actions.put_services(filled, drafts=drafts, source=SOURCE, at=at)
    together = everything(filled)
    actions.remove_demonstration(filled)
    assert count(filled, Service) == 0
    for draft in drafts:
        actions.put_service(filled, draft=draft, source=SOURCE, at=at)
    assert everything(filled) == together


def everything(session: Session) -> dict[str, list[Any]]:
    """All rows of the listings without their numbers, which follow the order of storing."""
    tables = [t for t in Base.metadata.sorted_tables if t.name in LISTING_TABLES]
    found = {}
    for table in tables:
        columns: list[Column[Any]] = [c for c in table.columns if not _is_number(c)]
        rows = session.execute(select(*columns)).all()
        found[table.name] = sorted(str(tuple(row)) for row in rows)
    places = session.scalars(select(SearchCard.card)).all()
    found["opening"] = sorted(card["opening"] for card in places)
    return found


LISTING_TABLES = {
    "organization", "location", "service", "service_at_location", "schedule", "closure",
    "phone", "contact", "capacity", "credential", "service_area", "tour",
}  # fmt: skip


def _is_number(column: Column[Any]) -> bool:
    return column.primary_key or bool(column.foreign_keys)


def count(session: Session, model: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("text", "days"), [("lu-ve", (1, 2, 3, 4, 5)), ("lu me-ve di", (1, 3, 4, 5, 7)), ("sa", (6,))]
)
def test_days_are_short(text: str, days: tuple[int, ...]) -> None:
    assert weekdays(text) == days


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("organizations = ", "file"),
        ("services = []\nlocations = {}", "organizations"),
        ("services = []\nlocations = {}\norganizations = {}\nnom = 1", "nom"),
    ],
)
def test_a_badly_written_town_is_refused_by_its_key(text: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_town(text, name="ville.toml")
    assert refusal.value.field == field
    assert refusal.value.remedy


def test_an_unknown_day_is_refused() -> None:
    with pytest.raises(InvalidInput, match="n'est pas un jour"):
        weekdays("lundi")


def test_the_shipped_leads_are_those_of_the_documents(shared_data: Path) -> None:
    ours = Path(demonstration.__file__).parent / "seed_listings.csv"
    assert ours.read_bytes() == (shared_data / "listings" / "seed_listings.csv").read_bytes()


def test_hours_of_a_home_base_are_unknown(filled: Session, at: datetime) -> None:
    demonstration.load(filled, at=at)
    base = filled.scalars(
        select(ServiceAtLocation).where(ServiceAtLocation.source_key == "paris-maraude@reserve")
    ).one()
    filled.refresh(base, ["schedules", "closures", "location"])
    assert str(hours_of(base).mode) == "unknown"
