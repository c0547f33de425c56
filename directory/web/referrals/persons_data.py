"""What is handed over to a person: by the team that sent, and by the service that received.

Each holds notes of its own that the other never sees, so each hands over its part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from flask import Response, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug import Response as BaseResponse

from directory.accounts.permissions import Permission
from directory.referrals.queries import get_visible
from directory.referrals.readings import NamedReading
from directory.referrals.rights import RequestData, export_received
from directory.web.referrals.blueprint import blueprint
from directory.web.request_sheet import RequestSheet, request_sheet
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in


@dataclass(frozen=True, slots=True)
class DataSheet:
    """One request of the page, with who read it."""

    sheet: RequestSheet
    #: Empty for the service that received: that is its sender's to tell.
    readings: Sequence[NamedReading]
    #: The organisation that may hold notes which are not here.
    ask_also: str | None


@dataclass(frozen=True, slots=True)
class DataPage:
    """What `referrals/person_data.html` shows."""

    sheets: Sequence[DataSheet]
    file_url: str
    #: Back to where it was asked for: her requests, the same ones ticked; or the one request.
    back_url: str
    is_receiver: bool = False


def data_sheet(session: Session, data: RequestData) -> DataSheet:
    """Return a request as it is handed over."""
    sheet = request_sheet(
        session,
        referral=data.referral,
        keyring=runtime().keyring,
        to=signed_in(),
        as_receiver=data.as_receiver,
    )
    return DataSheet(sheet, data.readings, data.ask_also)


def data_file(found: Sequence[dict[str, Any]]) -> Response:
    """Return the same as a file that another program reads."""
    response = make_response(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="personne.json"'
    return response


@blueprint.get("/orientations/<uuid:id>/donnees")
@requires(Permission.READ_REFERRALS)
def received_data(id: UUID) -> BaseResponse:
    """Show what the service that received a request holds of the person, to be read with her.

    Its sender is led to the page of the person's requests.

    :raise NotFound: there is no such request, or not for her; or nothing of it is open any more.
    """
    if _is_own(id):
        return redirect(url_for("referrals.person_data", id=id, demande=id))
    session = member_session()
    page = DataPage(
        [data_sheet(session, _received(session, id))],
        url_for("referrals.received_file", id=id),
        url_for("referrals.show", id=id),
        is_receiver=True,
    )
    told = render_template("referrals/person_data.html", page=page)
    session.commit()
    return make_response(told)


@blueprint.get("/orientations/<uuid:id>/donnees.json")
@requires(Permission.READ_REFERRALS)
def received_file(id: UUID) -> BaseResponse:
    """Return the same as a file that another program reads.

    :raise NotFound: as `received_data`.
    """
    if _is_own(id):
        return redirect(url_for("referrals.person_file", id=id, demande=id))
    session = member_session()
    found = [_received(session, id).to_json()]
    session.commit()
    return data_file(found)


def _is_own(id: UUID) -> bool:
    user = signed_in()
    return get_visible(member_session(), id, to=user).sender_organization_id == user.organization_id


def _received(session: Session, id: UUID) -> RequestData:
    user = signed_in()
    return export_received(
        session,
        referral=get_visible(session, id, to=user),
        user=user,
        keyring=runtime().keyring,
        at=datetime.now(UTC),
    )
