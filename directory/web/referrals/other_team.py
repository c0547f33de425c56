"""A form of a request that another of her teams follows: what was typed waits for the change."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from uuid import UUID

from flask import make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug import Response

from directory.accounts.logins import find_member
from directory.accounts.permissions import User
from directory.errors import NotFound
from directory.privacy.scope import acting_for
from directory.referrals.queries import get_visible
from directory.web.signed_in import member_session, signed_in

FormView = Callable[[UUID], Response]


def kept_for_another_team(view: FormView) -> FormView:
    """Answer a form of a request that is not this team's, but another one of hers, with its words.

    She signed in again, or changed in another tab. Only who may read the request in the other
    team learns that it is there.
    """

    @wraps(view)
    def guarded(id: UUID) -> Response:
        try:
            return view(id)
        except NotFound:
            team = team_that_sees(member_session(), id, user=signed_in())
            if team is None:
                raise
        page = render_template(
            "errors/other_team.html",
            team=team,
            typed=list(request.form.items(multi=True)),
            action=request.full_path,
        )
        return make_response(page, HTTPStatus.CONFLICT)

    return guarded


def team_that_sees(session: Session, referral_id: UUID, *, user: User) -> str | None:
    """Return the name of another of somebody's teams for which she may read a request, or None."""
    for organization_id, name in user.other_organizations:
        there = find_member(session, email=user.email, organization_id=organization_id)
        with suppress(NotFound), acting_for(session, organization_id=organization_id):
            get_visible(session, referral_id, to=there)
            return name
    return None
