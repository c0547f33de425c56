"""A confidential address never leaves the listings."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.geo import Position
from directory.listings.actions import check_draft
from directory.listings.drafts import (
    ContactDraft,
    CredentialDraft,
    OrganizationDraft,
    PhoneDraft,
    TourDraft,
)
from directory.listings.entries import SearchCard, SearchEntry
from directory.listings.privacy import StoredLocation, disclosed
from directory.territories import Commune, Kind
from directory.territories.actions import replace_communes
from directory.territories.queries import commune_centres
from directory.territories.sources import Source
from tests.factories import place_draft, service_draft, stored
from tests.places import BONDY

SECRET = Position(48.9034567, 2.4912345)


def location(privacy: str) -> StoredLocation:
    return StoredLocation(
        id=1,
        name="Maison du lilas",
        address="7 rue Secrète",
        address_extra="porte bleue",
        postal_code="93140",
        city="Bondy",
        insee_code="93010",
        position=SECRET,
        precision="housenumber",
        privacy=privacy,
        accessibility=(),
    )


@pytest.mark.parametrize("privacy", ["blurred", "professionals", "hidden"])
def test_only_the_commune_is_told_of_a_confidential_place(privacy: str) -> None:
    told = disclosed(location(privacy), BONDY)

    assert told.position == BONDY
    assert (told.name, told.address, told.postal_code) == (None, None, None)
    assert told.precision == "municipality"


def test_without_a_known_centre_no_position_is_told() -> None:
    assert disclosed(location("hidden"), None).position is None


def test_a_public_place_is_told_whole() -> None:
    told = disclosed(location("public"), BONDY)

    assert (told.address, told.position) == ("7 rue Secrète, porte bleue", SECRET)


def test_services_for_victims_of_violence_are_hidden_unless_somebody_decides(
    session: Session, at: datetime
) -> None:
    draft = place_draft(SECRET, address="7 rue Secrète")
    (place,) = stored(session, service_draft(draft, category="victimes-de-violences"), at)

    row = session.execute(
        select(SearchEntry.latitude, SearchEntry.longitude, SearchCard.card, SearchCard.details)
        .join(SearchCard)
        .where(SearchEntry.service_at_location_id == place)
    ).one()

    told = orjson.dumps([row.card, row.details]).decode()
    assert "Secrète" not in told
    assert str(SECRET.latitude) not in told
    assert (row.latitude, row.longitude) != (SECRET.latitude, SECRET.longitude)
    assert row.card["location"]["privacy"] == "hidden"


@pytest.mark.parametrize(
    "said",
    [
        {"description": "Sonnez au 7, rue Secrète."},
        {"name": "Refuge du 7 RUE SECRETE"},
        {
            "organization": OrganizationDraft(
                "o", "Refuge", website="https://a.example/7-rue-secrete"
            )
        },
        {"conditions": {"audience_text": "Celles qui attendent 7 rue Secrète"}},
        {"attributes": {"body": "CCAS, 7 rue Secrète"}},
        {"credentials": (CredentialDraft("label", authority="Mairie, 7 rue Secrète"),)},
        {"tours": (TourDraft("Depuis le 7 rue Secrète", ()),)},
        {"place": {"notice": "Entrée : 7 rue Secrète"}},
        {"place": {"phones": (PhoneDraft("115", label="7 rue Secrète"),)}},
        {"place": {"contacts": (ContactDraft(name="Accueil, 7 rue Secrète"),)}},
    ],
    ids=lambda said: str(next(iter(said.get("place", said)))),
)
def test_a_text_that_tells_the_secret_street_is_refused(said: dict[str, Any]) -> None:
    place = place_draft(SECRET, address="7 rue Secrète")
    told = {name: value for name, value in said.items() if name != "place"}
    organization = told.pop("organization", None)
    draft = service_draft(
        replace(place, **said.get("place", {})), category="victimes-de-violences", **told
    )
    draft = replace(draft, organization=organization or draft.organization)

    with pytest.raises(InvalidInput, match="adresse confidentielle"):
        check_draft(draft)


def test_a_public_street_may_be_told_in_every_text() -> None:
    place = place_draft(SECRET, address="7 rue Secrète", notice="Entrée : 7 rue Secrète")

    check_draft(service_draft(place))


def test_a_former_code_of_a_commune_leads_to_the_centre_of_todays(
    session: Session, at: datetime
) -> None:
    commune = Commune(
        "93010", "Bondy", Kind.COMMUNE, "93", "11", position=BONDY, former_codes=("93999",)
    )
    source = Source(name="test", licence="test", sha256="")
    replace_communes(session, [commune], source=source, at=at, accept_fewer=True)

    assert commune_centres(session, ["93999"]) == {"93999": BONDY}
