"""One verb stores a listing; the same draft again changes nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.listings.actions import (
    Change,
    put_service,
    remove_demonstration,
    store_vocabulary,
    verify_place,
    withdraw_service,
)
from directory.listings.categories import Category, CategoryCrosswalk, CategorySynonym
from directory.listings.crosswalk import CROSSWALK
from directory.listings.entries import SearchEntry
from directory.listings.models import Service, ServiceAtLocation
from directory.listings.queries import get_sheet, holds_demonstration
from directory.listings.vocabulary import BY_CODE
from directory.opening_hours import Closure
from tests.factories import SOURCE, place_draft, service_draft, stored, weekdays
from tests.places import BONDY


def test_the_same_draft_again_changes_nothing(session: Session, at: datetime) -> None:
    store_vocabulary(session)
    draft = service_draft(place_draft(BONDY, schedules=(weekdays(9, 12),)))

    first = put_service(session, draft=draft, source=SOURCE, at=at)
    again = put_service(session, draft=draft, source=SOURCE, at=at)

    assert (first.change, again.change) == (Change.CREATED, Change.UNCHANGED)
    assert first.service_id == again.service_id


def test_a_changed_draft_keeps_the_numbers_of_its_service_and_places(
    session: Session, at: datetime
) -> None:
    draft = service_draft(place_draft(BONDY))
    (place,) = stored(session, draft, at)

    renamed = replace(draft, name="Distribution du soir")
    result = put_service(session, draft=renamed, source=SOURCE, at=at)

    assert result.change is Change.CHANGED
    sheet = get_sheet(session, place)
    assert sheet is not None
    assert sheet.card["service"]["name"] == "Distribution du soir"


def test_what_a_person_changed_here_outlives_the_next_import(
    session: Session, at: datetime
) -> None:
    draft = service_draft(place_draft(BONDY))
    stored(session, draft, at)
    service = session.scalars(select(Service)).one()
    service.name = "Le vrai nom"
    service.overridden_fields = ["name"]
    session.flush()

    put_service(session, draft=replace(draft, description="Neuf"), source=SOURCE, at=at)

    assert (service.name, service.description) == ("Le vrai nom", "Neuf")


def test_a_place_that_the_source_no_longer_has_is_closed_not_removed(
    session: Session, at: datetime
) -> None:
    stays, goes = place_draft(BONDY), place_draft(BONDY)
    draft = service_draft(stays, goes)
    stay_id, go_id = stored(session, draft, at)

    put_service(session, draft=replace(draft, places=(stays,)), source=SOURCE, at=at)

    assert session.get_one(ServiceAtLocation, go_id).status == "closed"
    assert get_sheet(session, go_id) is None
    assert get_sheet(session, stay_id) is not None


def test_a_withdrawn_service_is_found_no_more_and_an_import_may_bring_it_back(
    session: Session, at: datetime
) -> None:
    draft = service_draft(place_draft(BONDY))
    (place,) = stored(session, draft, at)
    service_id = session.scalars(select(Service.id)).one()

    withdraw_service(session, service_id=service_id, at=at)
    assert get_sheet(session, place) is None

    back = put_service(session, draft=draft, source=SOURCE, at=at)
    assert back.change is Change.CHANGED
    assert get_sheet(session, place) is not None


def test_a_verification_is_kept_and_shown(session: Session, at: datetime) -> None:
    (place,) = stored(session, service_draft(place_draft(BONDY)), at)
    before = get_sheet(session, place)

    verify_place(
        session,
        service_at_location_id=place,
        method="téléphone",
        found_unchanged=True,
        verified_by=None,
        at=at + timedelta(hours=1),
    )

    after = get_sheet(session, place)
    assert before is not None
    assert after is not None
    assert (before.card["to_verify"], after.card["to_verify"]) == (True, False)


def test_a_home_base_is_never_open(session: Session, at: datetime) -> None:
    base = place_draft(
        BONDY,
        schedules=(weekdays(0, 24, range(1, 8)),),
        closures=(Closure(starts=at.date(), ends=at.date(), slots=((0, 1440),)),),
        is_home_base=True,
    )
    (place,) = stored(session, service_draft(base), at)

    entry = session.scalars(
        select(SearchEntry).where(SearchEntry.service_at_location_id == place)
    ).one()

    assert list(entry.open_minutes) == []


def test_an_unknown_kind_of_help_is_refused_with_the_known_ones(
    session: Session, at: datetime
) -> None:
    store_vocabulary(session)

    with pytest.raises(InvalidInput) as refusal:
        put_service(session, draft=service_draft(category="soupe"), source=SOURCE, at=at)

    assert refusal.value.field == "category"
    assert "aide-alimentaire" in (refusal.value.remedy or "")


def test_the_vocabulary_is_stored_once(session: Session) -> None:
    store_vocabulary(session)
    words = len(session.scalars(select(CategorySynonym)).all())

    store_vocabulary(session)

    assert len(session.scalars(select(CategorySynonym)).all()) == words
    assert session.scalar(select(Category.is_sensitive).where(Category.code == "paej")) is False


def test_demonstration_data_leaves_without_taking_anything_true(
    session: Session, at: datetime
) -> None:
    (true_place,) = stored(session, service_draft(place_draft(BONDY)), at)
    stored(session, service_draft(place_draft(BONDY), is_demonstration=True), at)
    assert holds_demonstration(session)

    assert remove_demonstration(session) == 1

    assert not holds_demonstration(session)
    assert get_sheet(session, true_place) is not None


def test_every_code_of_another_system_means_a_kind_we_have(session: Session) -> None:
    store_vocabulary(session)

    rows = session.execute(
        select(CategoryCrosswalk.system, CategoryCrosswalk.code, Category.code).join(
            Category, Category.id == CategoryCrosswalk.category_id
        )
    ).all()

    assert ("soliguide", "day_hosting", "accueil-de-jour") in rows
    assert {kind for kinds in CROSSWALK.values() for kind in kinds} <= set(BY_CODE)
