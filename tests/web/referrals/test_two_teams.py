"""Somebody of two teams: what she writes in the name of one is not kept in that of the other."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Membership
from tests.accounts.factories import MADE_AT, make_organization
from tests.web.conftest import Member
from tests.web.referrals.conftest import Desk, fields_of, id_of

OTHER = "Maison des solidarités"


@pytest.fixture
def other_team(worker: Member, session: Session) -> int:
    """A second team of the worker."""
    organization_id = make_organization(session, OTHER)
    session.add(
        Membership(
            account_id=worker.user.account_id,
            organization_id=organization_id,
            role="caseworker",
            created_at=MADE_AT,
        )
    )
    session.flush()
    return organization_id


@pytest.mark.parametrize("action", ["brouillon", "envoyer", "noter"])
def test_what_was_begun_for_one_team_is_shown_again_before_it_goes_to_the_other(
    desk: Desk, other_team: int, action: str
) -> None:
    page = desk.member.get(f"/orientations/nouvelle?service={desk.service_id}")
    form: dict[str, Any] = fields_of(page) | {"code": "A. D.", "action": action}
    # In another tab.
    desk.member.send("/compte/structure", organization_id=str(other_team))

    told = desk.member.refused("/orientations", **form)

    assert OTHER in told.text
    again: dict[str, Any] = fields_of(told)
    assert again["code"] == "A. D."
    assert again["key"] != form["key"]
    id = id_of(desk.member.send("/orientations", **again, action="brouillon").headers["Location"])
    assert fields_of(desk.page(id))["code"] == "A. D."


@pytest.mark.parametrize("role", ["caseworker", "editor"])
def test_words_for_a_request_of_the_other_team_come_back_and_are_sent_after_the_change(
    desk: Desk, other_team: int, session: Session, role: str
) -> None:
    id, own = desk.sent(), desk.member.user.organization_id
    membership = session.scalars(select(Membership).filter_by(organization_id=other_team)).one()
    membership.role = role
    session.flush()
    note: dict[str, Any] = fields_of(desk.page(id)) | {"text": "Rappeler jeudi."}
    desk.member.send("/compte/structure", organization_id=str(other_team))

    told = desk.member.refused(f"/orientations/{id}/notes", status=409, **note)

    assert "Entraide" in told.text
    kept = {each.get("name"): each.get("value") for each in told.all("input")}
    assert kept["text"] == "Rappeler jeudi."
    (again,) = [form for form in told.all("form") if "/notes" in (form.get("action") or "")]
    desk.member.send("/compte/structure", organization_id=str(own))
    desk.member.send(again.get("action"), **kept)
    assert "Rappeler jeudi." in desk.page(id).text


def test_a_request_of_a_team_where_she_reads_none_looks_like_no_request(
    desk: Desk, other_team: int, session: Session, worker: Member
) -> None:
    id = desk.sent()
    own = session.scalars(
        select(Membership).filter_by(
            account_id=worker.user.account_id, organization_id=worker.user.organization_id
        )
    ).one()
    form = {"action": "cancel", "version": "1"}
    desk.member.send("/compte/structure", organization_id=str(other_team))
    own.role = "editor"
    session.flush()

    hidden = desk.member.refused(f"/orientations/{id}", status=404, **form)
    ghost = desk.member.refused(f"/orientations/{uuid4()}", status=404, **form)

    assert hidden.text == ghost.text


def test_a_draft_of_one_team_opened_again_is_not_lost_in_the_other(
    desk: Desk, other_team: int
) -> None:
    id = desk.sent(action="brouillon")
    form: dict[str, Any] = fields_of(desk.page(id)) | {"code": "B. C.", "action": "envoyer"}
    desk.member.send("/compte/structure", organization_id=str(other_team))

    again = fields_of(desk.member.refused("/orientations", **form))

    assert again["code"] == "B. C."
    assert "orientation" not in again
