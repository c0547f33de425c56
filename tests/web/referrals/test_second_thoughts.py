"""A team goes back to the page it acted from, and sends something else; or sends nothing."""

from tests.web.referrals.conftest import Desk


def asked(desk: Desk, counter: Desk) -> tuple[str, int]:
    """Return the address of a request that waits for information, and its version."""
    id = desk.sent()
    counter.step(id, "ask_information", **{"ask_information-text": "Combien sont-ils ?"})
    return f"/orientations/{id}", desk.stored(id).version


def test_corrected_words_are_given_back_and_not_taken_for_the_first(
    desk: Desk, counter: Desk
) -> None:
    address, version = asked(desk, counter)
    form = {"etape": "give_information", "version": version}
    desk.member.send(address, **form, **{"give_information-text": "Trois."})
    desk.member.send(address, **form, **{"give_information-text": "Trois."})

    page = desk.member.refused(address, status=409, **form, **{"give_information-text": "Quatre."})

    assert "a changé depuis que vous l'avez ouverte" in page.text
    assert "Quatre." in page.text
    told = counter.member.get(address).text
    assert "Trois." in told
    assert "Quatre." not in told


def test_information_without_words_is_asked_for_again(desk: Desk, counter: Desk) -> None:
    address, version = asked(desk, counter)
    form = {"etape": "give_information", "version": version, "give_information-text": "  "}

    page = desk.member.refused(address, **form)

    assert "Écrivez l'information demandée." in page.text
    (area,) = [e for e in page.all("textarea") if e.get("name") == "give_information-text"]
    assert area.get("aria-invalid") == "true"
    assert "Information demandée" in page.text
