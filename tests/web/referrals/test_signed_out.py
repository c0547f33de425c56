"""The sign-in ended while somebody wrote: nothing goes out, and no word is lost."""

from sqlalchemy import text

from tests.web.page import read_page
from tests.web.referrals.conftest import Desk


def test_words_sent_too_late_come_back_and_can_be_sent_again(desk: Desk) -> None:
    form = desk.form(
        message="Préfère le matin.\nVient à pied.", consent_form="oral", needs=["douche", "repas"]
    )
    desk.session.execute(text("UPDATE login SET ended_at = now()"))
    answer = desk.member.client.post(
        "/orientations", data=form, headers={"Sec-Fetch-Site": "same-origin"}
    )
    page = read_page(answer.text)
    kept = [(each.get("name"), each.get("value")) for each in page.all("input")]

    assert answer.status_code == 401
    assert "no-store" in answer.headers["Cache-Control"]
    assert desk.all() == []
    assert ("message", "Préfère le matin.\nVient à pied.") in kept
    assert [value for name, value in kept if name == "needs"] == ["douche", "repas"]

    desk.session.execute(text("UPDATE login SET ended_at = NULL"))
    (again,) = [f for f in page.all("form") if "orientations" in f.get("action")]
    names = dict.fromkeys(name for name, _ in kept)
    typed = {name: [value for each, value in kept if each == name] for name in names}
    desk.member.send(again.get("action"), **typed)
    assert [each.state for each in desk.all()] == ["sent"]


def test_a_page_that_was_only_read_is_come_back_to(desk: Desk) -> None:
    desk.session.execute(text("UPDATE login SET ended_at = now()"))
    answer = desk.member.client.get("/orientations?de=miennes")

    assert answer.headers["Location"] == "/connexion?suite=/orientations?de%3Dmiennes"
