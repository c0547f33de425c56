"""Two people of a team at one draft: nobody's words vanish."""

import pytest

from directory.privacy.keys import Keyring
from directory.referrals.fields import FieldName, read_fields
from tests.web.conftest import Member
from tests.web.page import Element
from tests.web.referrals.conftest import Desk, fields_of


def told(page: Element) -> str:
    """Return the text of the main part of a page."""
    (main,) = page.all("main")
    return main.text


def test_a_stale_form_shows_both_versions_and_keeps_what_was_typed(
    desk: Desk, colleague: Member, keyring: Keyring
) -> None:
    id = desk.sent(action="brouillon", message="Premier jet.")
    opened = fields_of(desk.page(id))
    hers = opened | {"message": "Version de Léa.", "needs": ["douche"], "action": "brouillon"}
    colleague.send("/orientations", **hers)

    page = desk.member.refused(
        "/orientations", status=409, **opened | {"message": "Ma version.", "action": "envoyer"}
    )
    text = told(page)
    assert "Les deux versions" in text
    assert "Version de Léa." in text
    assert "Ma version." in text
    assert "Douche" in text
    fields = fields_of(page)
    assert fields["message"] == "Ma version."

    desk.sent(**fields | {"action": "brouillon"})
    stored = desk.stored(id)
    kept = read_fields(desk.session, referral=stored, keyring=keyring, as_receiver=False)
    assert kept[FieldName.MESSAGE] == "Ma version."


@pytest.mark.parametrize("slip", [{"phone": "douze"}, {"commune": "Xyzzy"}])
def test_a_slip_of_the_hand_does_not_let_a_stale_form_overwrite(
    desk: Desk, colleague: Member, slip: dict[str, str]
) -> None:
    id = desk.sent(action="brouillon", message="Premier jet.")
    opened = fields_of(desk.page(id))
    colleague.send(
        "/orientations", **opened | {"message": "Version de Léa.", "action": "brouillon"}
    )
    mine = opened | {"message": "Ma version.", "action": "brouillon"}
    again = fields_of(desk.member.refused("/orientations", **mine | slip))
    assert again["message"] == "Ma version."

    (name,) = slip
    corrected = again | {name: mine[name], "action": "brouillon"}
    page = desk.member.refused("/orientations", status=409, **corrected)
    assert "Version de Léa." in told(page)
    assert "Ma version." in told(page)
    assert fields_of(desk.page(id))["message"] == "Version de Léa."


def test_what_was_kept_and_could_not_be_sent_is_corrected_on_what_was_kept(desk: Desk) -> None:
    id = desk.sent(action="brouillon")
    opened = fields_of(desk.page(id)) | {"action": "envoyer"}
    page = desk.member.refused("/orientations", **opened | {"first_name": "Awa"})
    desk.sent(**fields_of(page) | {"first_name": "", "action": "envoyer"})

    assert desk.stored(id).state == "sent"


def test_a_draft_sent_meanwhile_shows_what_went_out_and_what_was_typed(
    desk: Desk, colleague: Member
) -> None:
    id = desk.sent(action="brouillon")
    opened = fields_of(desk.page(id))
    colleague.send("/orientations", **opened | {"action": "envoyer"})

    page = desk.member.refused(
        "/orientations", status=409, **opened | {"code": "Z. Z.", "action": "envoyer"}
    )
    assert "Z. Z." in told(page)
    assert "A. D." in told(page)
    assert desk.stored(id).state == "sent"
    assert len(desk.all()) == 1

    other = desk.sent(**fields_of(page) | {"action": "envoyer"})
    assert other != id
    assert desk.stored(other).state == "sent"
