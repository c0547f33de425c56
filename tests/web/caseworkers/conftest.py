"""A few services around Bondy, stored as importers store them."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.listings.drafts import PhoneDraft
from tests.factories import place_draft, service_draft, stored, weekdays
from tests.places import BONDY

#: About 670 m north of the centre of Bondy.
NORTH = Position(BONDY.latitude + 0.006, BONDY.longitude)


@pytest.fixture(autouse=True)
def _now(at: datetime) -> Iterator[None]:
    """Every page of these tests is read on a Tuesday at ten in the morning."""
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def parcels(session: Session, at: datetime) -> int:
    """A distribution of food parcels, open, with everything said."""
    place = place_draft(
        NORTH,
        schedules=(weekdays(9, 12),),
        phones=(PhoneDraft("+33148000000", label="Accueil"),),
        verified_at=at,
    )
    conditions = {
        "audiences": ["familles"],
        "access": ["walk-in"],
        "cost": {"kind": "free"},
        "documents": [{"code": "identity"}],
    }
    draft = service_draft(place, name="Colis du mardi", category="colis", conditions=conditions)
    return stored(session, draft, at)[0]
