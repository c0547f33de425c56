"""`GET /api/v1/search` answers what the search finds."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories import place_draft, service_draft, stored
from tests.places import BONDY, PARIS_18
from tests.web.api.conftest import Caller


def test_the_nearest_come_first_in_metres(caller: Caller, session: Session, at: datetime) -> None:
    (far,) = stored(session, service_draft(place_draft(PARIS_18)), at)
    (near,) = stored(session, service_draft(place_draft(BONDY)), at)

    answer = caller.get("/search", insee="93010", radius_m=20_000)

    assert [result["id"] for result in answer["results"]] == [near, far]
    assert answer["results"][0]["distance_m"] == pytest.approx(0, abs=0.001)
    assert answer["origin"]["label"] == "Bondy (93)"
