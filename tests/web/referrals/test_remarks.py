"""What a worker is shown once more before a request goes out: shown, never forbidden."""

from tests.web.page import Element
from tests.web.referrals.conftest import Desk, fields_of


def told(page: Element) -> str:
    """Return the text of the main part of a page."""
    (main,) = page.all("main")
    return main.text


def seen(page: Element) -> list[str]:
    """Return the remarks that a form says were seen."""
    return [each.get("value") for each in page.all("input") if each.get("name") == "seen"]


def test_the_same_request_of_the_day_is_shown_and_goes_when_that_is_meant(desk: Desk) -> None:
    first = desk.sent()
    second = desk.sent(code="a.d.")
    page = desk.page(second)

    assert desk.stored(second).state == "draft"
    assert "a déjà été faite aujourd'hui" in told(page)
    assert f"/orientations/{first}" in [link.get("href") for link in page.all("a")]
    assert "Envoyer quand même" in told(page)

    desk.sent(**fields_of(page) | {"seen": seen(page), "action": "envoyer"})
    assert desk.stored(second).state == "sent"


def test_a_cancelled_request_is_no_twin(desk: Desk) -> None:
    first = desk.sent()
    desk.step(first, "cancel", **{"cancel-cancel_reason": "made_by_mistake"})

    assert desk.stored(desk.sent()).state == "sent"


def test_a_number_in_the_message_is_shown_once_and_goes_when_that_is_meant(desk: Desk) -> None:
    id = desk.sent(message="Appelez le 06 12 34 56 78.", consent_form="oral")
    page = desk.page(id)
    assert desk.stored(id).state == "draft"
    assert "semble contenir un numéro de téléphone" in told(page)

    typed = fields_of(page) | {"consent_form": "oral", "seen": seen(page), "action": "envoyer"}
    desk.sent(**typed)
    assert desk.stored(id).state == "sent"


def test_what_is_written_after_the_warning_is_looked_at_too(desk: Desk) -> None:
    id = desk.sent(message="Appelez le 06 12 34 56 78.", consent_form="oral")
    page = desk.page(id)
    typed = fields_of(page) | {"consent_form": "oral", "seen": seen(page), "action": "envoyer"}
    desk.sent(**typed | {"message": "Écrivez à awa@exemple.fr."})

    assert desk.stored(id).state == "draft"
    assert "semble contenir une adresse mail" in told(desk.page(id))
