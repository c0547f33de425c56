"""A location or an organization that several services share is told the same way by all."""

from dataclasses import replace
from datetime import datetime

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.listings.actions import put_service, put_services, store_vocabulary
from directory.listings.drafts import ServiceDraft
from directory.listings.entries import SearchCard, SearchEntry
from directory.listings.indexing import refresh
from tests.factories import SOURCE, place_draft, service_draft, stored
from tests.places import BONDY

SECRET = Position(48.9034567, 2.4912345)


def told(session: Session) -> str:
    """Return everything that search and pages can tell, as one text."""
    rows = session.execute(
        select(
            SearchCard.card, SearchCard.details, SearchEntry.latitude, SearchEntry.longitude
        ).join(SearchEntry)
    )
    return orjson.dumps([list(row) for row in rows]).decode()


def at_one_address(*categories: str) -> list[ServiceDraft]:
    """Return a service of each kind, all in the same place."""
    first = place_draft(SECRET, address="7 rue Secrète")
    return [
        service_draft(replace(first, key=f"{first.key}-{category}"), category=category)
        for category in categories
    ]


@pytest.mark.parametrize("refuge_comes_first", [True, False])
@pytest.mark.parametrize("are_together", [True, False])
def test_a_public_service_in_a_refuge_does_not_give_its_address_away(
    session: Session, at: datetime, refuge_comes_first: bool, are_together: bool
) -> None:
    store_vocabulary(session)
    drafts = at_one_address("victimes-de-violences", "acces-aux-droits")
    drafts = drafts if refuge_comes_first else drafts[::-1]

    if are_together:
        put_services(session, drafts=drafts, source=SOURCE, at=at)
    else:
        for draft in drafts:
            put_service(session, draft=draft, source=SOURCE, at=at)

    assert "Secrète" not in told(session)
    assert str(SECRET.latitude) not in told(session)
    refresh(session, at=at)
    assert "Secrète" not in told(session)


def test_a_person_may_still_say_that_an_address_is_public(session: Session, at: datetime) -> None:
    (draft,) = at_one_address("victimes-de-violences")
    stored(session, draft, at)
    (place,) = draft.places
    assert place.location is not None

    is_public = replace(place, location=replace(place.location, privacy="public"))
    put_service(session, draft=replace(draft, places=(is_public,)), source=SOURCE, at=at)

    assert "Secrète" in told(session)


def test_a_location_that_moves_moves_for_every_service_in_it(
    session: Session, at: datetime
) -> None:
    meals, clothes = at_one_address("repas", "vestiaire")
    for draft in (meals, clothes):
        stored(session, draft, at)
    (place,) = meals.places
    assert place.location is not None

    moved = replace(place.location, address="1 place Neuve", position=BONDY)
    draft = replace(meals, places=(replace(place, location=moved),))
    put_service(session, draft=draft, source=SOURCE, at=at)

    assert "Secrète" not in told(session)


def test_an_organization_that_is_renamed_is_so_on_every_card(
    session: Session, at: datetime
) -> None:
    meals, clothes = (service_draft(place_draft(BONDY)) for _ in range(2))
    clothes = replace(clothes, organization=meals.organization)
    for draft in (meals, clothes):
        stored(session, draft, at)

    renamed = replace(meals.organization, name="Entraide du canal", website="https://neuf.example")
    put_service(session, draft=replace(meals, organization=renamed), source=SOURCE, at=at)

    kept = told(session)
    assert kept.count("Entraide du canal") == 2
    assert kept.count("https://neuf.example") == 2
