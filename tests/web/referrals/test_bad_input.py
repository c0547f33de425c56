"""Nothing that can be typed, or forged, breaks a page of requests or loses what was typed."""

from itertools import product
from uuid import uuid4

import pytest

from tests.web.page import read_page
from tests.web.referrals.conftest import Desk, fields_of

ODD = (
    "\x00", "\ud800".encode("utf-8", "surrogatepass"), "‮retourné", "<script>alert(1)</script>",
    "'; DROP TABLE referral; --", "{{ 7*7 }}", "%(name)s", "9" * 400, "-1", "1e309", "x" * 20_000,
    "🧑🏿‍🦽" * 200, "\r\n\r\n", "   ", "null", "../../etc/passwd",
)  # fmt: skip

FIELDS = (
    "service", "instead", "key", "parent", "orientation", "version", "action", "code", "birth_year",
    "language", "first_name", "phone", "email", "erase_phone", "message", "needs", "conditions",
    "documents", "is_urgent", "commune", "consent_form", "consented_on", "consent_language",
    "allows_redirection", "seen",
)  # fmt: skip

HEADERS = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("field", FIELDS)
def test_no_value_of_a_field_breaks_the_form(desk: Desk, field: str) -> None:
    for value in ODD:
        form = desk.form(first_name="Aminata", consent_form="oral", action="brouillon")
        answer = desk.member.client.post(
            "/orientations", data=form | {field: value}, headers=HEADERS
        )
        assert answer.status_code in (303, 400, 404, 409), (field, value, answer.status_code)
        assert "<script>alert" not in answer.text
        if answer.status_code == 400 and 'name="first_name"' in answer.text:
            page = read_page(answer.text)
            if field != "first_name":
                assert fields_of(page)["first_name"] == "Aminata"


def test_no_value_breaks_a_step_a_note_or_a_choice(desk: Desk, counter: Desk) -> None:
    id = desk.sent()
    names = ("etape", "version", "cancel-cancel_reason", "cancel-text")
    for name, value in product(names, ODD):
        form = {"etape": "cancel", "version": "2", "cancel-cancel_reason": "", name: value}
        answer = desk.member.client.post(f"/orientations/{id}", data=form, headers=HEADERS)
        assert answer.status_code in (303, 400, 404, 409), (name, value)
    for name, value in product(("text", "is_shared", "key", "seen"), ODD):
        form = {"text": "Une note.", "key": str(uuid4()), name: value}
        answer = desk.member.client.post(f"/orientations/{id}/notes", data=form, headers=HEADERS)
        assert answer.status_code in (200, 303, 400), (name, value)
    for name, value in product(("service", "key", "agrees"), ODD):
        form = {"service": str(desk.service_id), "key": str(uuid4()), name: value}
        answer = desk.member.client.post(
            f"/orientations/{id}/alternatives", data=form, headers=HEADERS
        )
        assert answer.status_code in (400, 409), (name, value)


@pytest.mark.parametrize("value", ["", "x", "%00", "🧑", "9" * 300, "'", "a b"])
def test_no_address_breaks(desk: Desk, value: str) -> None:
    for address in (
        f"/fiches/{value}",
        f"/orientations/{value}",
        f"/orientations/nouvelle?service={value}",
        f"/orientations/nouvelle?service={desk.service_id}&parent={value}&commune={value}",
        f"/orientations?to_do={value}&de={value}&lang={value}",
    ):
        assert desk.member.client.get(address).status_code in (200, 303, 308, 400, 404), address
