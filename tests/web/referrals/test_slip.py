"""The sheet that is handed over, on a screen and on paper."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from directory.opening_hours import Closure, ScheduleRule
from directory.referrals.slips import make_slip
from tests.factories import place_draft, service_draft, stored
from tests.places import BONDY
from tests.web.conftest import Visitor
from tests.web.page import read_page


def test_paper_tells_the_rhythm_and_on_which_day_its_hours_were_read(
    visitor: Visitor, session: Session, at: datetime
) -> None:
    place = place_draft(
        BONDY,
        schedules=(ScheduleRule(opens_at=600, closes_at=720, weekdays=(6,), nth=(2, 4)),),
        closures=(Closure(starts=date(2026, 12, 24), ends=date(2027, 1, 2)),),
    )
    (id,) = stored(session, service_draft(place), at)

    code = make_slip(session, service_at_location_id=id, at=at)
    page = read_page(visitor.client.get(f"/fiches/{code}").text)

    assert "2e et 4e samedi du mois · 10:00 à 12:00" in page.text
    assert "fermeture annoncée · du 24 décembre au 2 janvier" in page.text
    (badge,) = page.with_class("on-screen")
    assert "Fermé" in badge.text
    (paper,) = page.with_class("on-paper")
    assert paper.text == "Horaires lus le 17 novembre 2026 : vérifiez avant de venir."
