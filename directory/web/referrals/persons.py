"""The rights of a person: found by her code, her data handed over, or erased.

Her code never stands in an address: she is known there by the number of one of her requests. Two
people may bear the same initials, so that what is meant is ticked, request by request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response as BaseResponse

from directory.accounts.permissions import Permission
from directory.errors import FanalError, InvalidInput, NotFound
from directory.i18n import gettext
from directory.privacy.access_log import Shown, note_access
from directory.referrals.fields import codes_of
from directory.referrals.models import Referral
from directory.referrals.rights import (
    RequestData,
    erase_person,
    export_person,
    find_person,
    requests_of_person,
)
from directory.web.filters import day
from directory.web.forms import Form, answer_with, read_id, sent
from directory.web.referrals.blueprint import blueprint
from directory.web.referrals.persons_choices import Choice, choices_of
from directory.web.referrals.persons_data import DataPage, data_file, data_sheet
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in

#: The name of the boxes that are ticked.
CHOSEN = "demande"


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What `referrals/person.html` and `referrals/erasure.html` show."""

    id: UUID
    referrals: Sequence[Referral]
    every_choice: Sequence[Choice]
    code: str | None
    #: Until when the backups made before hold what is erased now.
    in_backups_until: str
    may_erase: bool
    problem: FanalError | None = None

    @property
    def choices(self) -> list[Choice]:
        """Its requests as boxes."""
        return [each for each in self.every_choice if not each.is_erased]

    @property
    def chosen(self) -> list[Choice]:
        """Those that are meant."""
        return [each for each in self.choices if each.is_chosen]

    @property
    def back_url(self) -> str:
        """Back to her requests, the same ones ticked."""
        ids = [str(each.id) for each in self.chosen]
        return url_for("referrals.person", id=self.id, demande=ids)

    @property
    def erased(self) -> list[Choice]:
        """The requests whose person was erased."""
        return [each for each in self.every_choice if each.is_erased]


@blueprint.get("/personnes")
@requires(Permission.READ_REFERRALS)
def persons() -> str:
    """Show the form that asks for a code."""
    return render_template("referrals/persons.html", form=Form())


@blueprint.post("/personnes")
@requires(Permission.READ_REFERRALS)
def search_person() -> BaseResponse:
    """Lead to the person of a code, or show the form again."""
    try:
        found = find_person(
            member_session(),
            code=request.form.get("person_code", ""),
            user=signed_in(),
            keyring=runtime().keyring,
        )
    except (InvalidInput, NotFound) as error:
        return answer_with(render_template("referrals/persons.html", form=sent(error)), error)
    return redirect(url_for("referrals.person", id=found.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/personnes/<uuid:id>")
@requires(Permission.READ_REFERRALS)
def person(id: UUID) -> Response:
    """Show the requests made for the person that one of them is of.

    :raise NotFound: there is no such request, or another organisation sent it.
    """
    return _shown(_page(id))


@blueprint.get("/personnes/<uuid:id>/donnees")
@requires(Permission.READ_REFERRALS)
def person_data(id: UUID) -> Response:
    """Show everything that is known by the ticked requests, to be read with the person."""
    session = member_session()
    try:
        found = _exported(session, id)
    except InvalidInput as error:
        return _shown(_page(id, error), HTTPStatus.BAD_REQUEST)
    ids = [str(each.referral.id) for each in found]
    told = render_template(
        "referrals/person_data.html",
        page=DataPage(
            [data_sheet(session, each) for each in found],
            url_for("referrals.person_file", id=id, demande=ids),
            url_for("referrals.person", id=id, demande=ids),
        ),
    )
    session.commit()
    return make_response(told)


@blueprint.get("/personnes/<uuid:id>/donnees.json")
@requires(Permission.READ_REFERRALS)
def person_file(id: UUID) -> Response:
    """Return the same as a file that another program reads."""
    session = member_session()
    try:
        found = [each.to_json() for each in _exported(session, id)]
    except InvalidInput as error:
        return _shown(_page(id, error), HTTPStatus.BAD_REQUEST)
    session.commit()
    return data_file(found)


@blueprint.get("/personnes/<uuid:id>/effacement")
@requires(Permission.ERASE_PERSONS)
def erasure(id: UUID) -> Response:
    """Say what erasing does, and what it does not, before it is done."""
    page = _page(id)
    if not page.chosen:
        return _shown(_page(id, _nothing_chosen()), HTTPStatus.BAD_REQUEST)
    return make_response(render_template("referrals/erasure.html", page=page))


@blueprint.post("/personnes/<uuid:id>/effacement")
@requires(Permission.ERASE_PERSONS)
def erase(id: UUID) -> BaseResponse:
    """Erase what the ticked requests tell of the person, then show that it is gone."""
    session = member_session()
    try:
        chosen = _chosen(requests_of_person(session, id, to=signed_in()))
    except InvalidInput as error:
        return _shown(_page(id, error), HTTPStatus.BAD_REQUEST)
    erase_person(
        session,
        referrals=chosen,
        user=signed_in(),
        rules=runtime().rules,
        at=datetime.now(UTC),
    )
    session.commit()
    return redirect(url_for("referrals.person", id=chosen[0].id), HTTPStatus.SEE_OTHER)


def _page(id: UUID, problem: FanalError | None = None) -> PersonPage:
    session, user = member_session(), signed_in()
    referrals = requests_of_person(session, id, to=user)
    codes = codes_of(session, referrals=referrals, keyring=runtime().keyring)
    settings = runtime().settings
    kept_until = datetime.now(UTC) + timedelta(days=settings.backup_keep_days)
    return PersonPage(
        id=id,
        referrals=referrals,
        every_choice=choices_of(
            session,
            referrals,
            asked=_asked() if request.query_string else None,
            keyring=runtime().keyring,
        ),
        code=next(iter(codes.values()), None),
        in_backups_until=day(kept_until),
        may_erase=user.may(Permission.ERASE_PERSONS),
        problem=problem,
    )


def _shown(page: PersonPage, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Write down that these files are looked at together, and return their page."""
    session, at = member_session(), datetime.now(UTC)
    for referral in page.referrals:
        note_access(session, referral=referral, what=Shown.FILE, user=signed_in(), at=at)
    told = render_template("referrals/person.html", page=page, CHOSEN=CHOSEN)
    session.commit()
    return make_response(told, status)


def _exported(session: Session, id: UUID) -> list[RequestData]:
    user = signed_in()
    return export_person(
        session,
        referrals=_chosen(requests_of_person(session, id, to=user)),
        user=user,
        keyring=runtime().keyring,
        at=datetime.now(UTC),
    )


def _chosen(referrals: Sequence[Referral]) -> list[Referral]:
    """Return the requests that are ticked.

    :raise InvalidInput: none is.
    """
    asked = _asked()
    chosen = [each for each in referrals if each.id in asked]
    if not chosen:
        raise _nothing_chosen()
    return chosen


def _nothing_chosen() -> InvalidInput:
    return InvalidInput(
        gettext("Aucune demande n'est cochée."),
        field=CHOSEN,
        remedy=gettext("Cochez celles de la personne."),
    )


def _asked() -> set[UUID]:
    """Return the numbers that are ticked; what is none is left out."""
    typed = map(read_id, request.values.getlist(CHOSEN))
    return {id for id in typed if id is not None}
