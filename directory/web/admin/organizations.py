"""One organisation that takes part in referrals, as an admin sees it; and how one more does."""

from datetime import UTC, datetime
from uuid import uuid4

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from directory.accounts.listed import MOST_SHOWN, Listed, listed_organizations
from directory.accounts.organizations import (
    change_organization_account,
    create_organization_account,
    verify_organization,
    withdraw_verification,
)
from directory.accounts.permissions import Permission
from directory.accounts.queries import Participant, participant
from directory.errors import FanalError, InvalidInput, NotFound
from directory.i18n import gettext
from directory.web.admin.blueprint import blueprint
from directory.web.admin.territories import departement_choices
from directory.web.forms import Form, answer_with, read_id, read_number, sent, typed
from directory.web.signed_in import member_session, requires, signed_in
from directory.web.teams import Team, change_as_typed, invite_as_typed, team_of

_ONE = "/administration/structures/<int(max=9223372036854775807):organization_id>"
_MEMBER = _ONE + "/equipe/<int(max=9223372036854775807):account_id>"


@blueprint.get("/administration/structures/nouvelle")
@requires(Permission.ADMINISTER)
def new_organization() -> str:
    """Look for the organisation among those listed, and offer to add it."""
    return _new_page(Form({"idempotency_key": str(uuid4())}))


@blueprint.post("/administration/structures")
@requires(Permission.ADMINISTER)
def add_organization() -> Response:
    """Let an organisation take part in referrals; it is verified on its own page."""
    session = member_session()
    try:
        made = create_organization_account(
            session,
            departement=typed("departement"),
            is_prescribing="prescribing" in _part(),
            is_receiving="receiving" in _part(),
            by=signed_in(),
            at=datetime.now(UTC),
            organization_id=read_number(typed("organization_id")),
            name=typed("name"),
            siret=typed("siret"),
            referral_email=typed("referral_email"),
            idempotency_key=read_id(typed("idempotency_key")),
        )
        session.commit()
    except NotFound:
        raise
    except FanalError as error:
        session.rollback()
        return answer_with(_new_page(sent(error)), error)
    return redirect(url_for("admin.organization", organization_id=made.organization_id), 303)


@blueprint.get(_ONE)
@requires(Permission.ADMINISTER)
def organization(organization_id: int) -> str:
    """Show an organisation of the admin's territories, and its team."""
    return _page(organization_id, Form())


@blueprint.post(_ONE)
@requires(Permission.ADMINISTER)
def change_organization(organization_id: int) -> Response:
    """Note that the organisation was checked, or must be again; or change its part."""
    session = member_session()
    try:
        _change_as_typed(organization_id)
        session.commit()
    except FanalError as error:
        return _shown_again(organization_id, error)
    return _back(organization_id)


@blueprint.post(_ONE + "/equipe")
@requires(Permission.ADMINISTER)
def invite_member(organization_id: int) -> Response:
    """Invite somebody into the team, or take an invitation back."""
    session = member_session()
    try:
        invite_as_typed(
            session, organization_id=organization_id, user=signed_in(), at=datetime.now(UTC)
        )
        session.commit()
    except FanalError as error:
        return _shown_again(organization_id, error)
    return _back(organization_id)


@blueprint.post(_MEMBER)
@requires(Permission.ADMINISTER)
def change_member(organization_id: int, account_id: int) -> Response:
    """Change what somebody of the team may do, or take her out of it."""
    session = member_session()
    try:
        change_as_typed(
            session,
            organization_id=organization_id,
            account_id=account_id,
            user=signed_in(),
            at=datetime.now(UTC),
        )
        session.commit()
    except FanalError as error:
        return _shown_again(organization_id, error)
    return _back(organization_id)


def _change_as_typed(organization_id: int) -> None:
    session, user = member_session(), signed_in()
    match typed("geste"):
        case "verifier":
            at = datetime.now(UTC)
            verify_organization(session, organization_id=organization_id, user=user, at=at)
        case "suspendre":
            at = datetime.now(UTC)
            withdraw_verification(session, organization_id=organization_id, user=user, at=at)
        case "changer":
            change_organization_account(
                session,
                organization_id=organization_id,
                is_prescribing="prescribing" in _part(),
                is_receiving="receiving" in _part(),
                referral_email=typed("referral_email"),
                user=user,
                at=datetime.now(UTC),
            )
        case _:
            participant(session, user=user, organization_id=organization_id)
            raise InvalidInput(gettext("Ce choix n'est pas compris."))


def _part() -> list[str]:
    """Return what the form says that an organisation takes part in."""
    return request.form.getlist("part")


def _back(organization_id: int) -> Response:
    return redirect(url_for("admin.organization", organization_id=organization_id, fait=1), 303)


def _shown_again(organization_id: int, error: FanalError) -> Response:
    if isinstance(error, NotFound):
        raise error
    member_session().rollback()
    return answer_with(_page(organization_id, sent(error)), error)


def _page(organization_id: int, form: Form) -> str:
    found = participant(member_session(), user=signed_in(), organization_id=organization_id)
    return render_template(
        "admin/organization.html",
        organization=found,
        team=_team(organization_id),
        form=form,
        part=_part()
        if form.wrong("is_prescribing") or form.wrong("referral_email")
        else _kept(found),
        done="fait" in request.args,
    )


def _kept(found: Participant) -> list[str]:
    told = {"prescribing": found.is_prescribing, "receiving": found.is_receiving}
    return [name for name, takes_part in told.items() if takes_part]


def _team(organization_id: int) -> Team:
    return team_of(
        member_session(),
        organization_id=organization_id,
        user=signed_in(),
        at=datetime.now(UTC),
        invite_url=url_for("admin.invite_member", organization_id=organization_id),
        member_url=lambda account_id: url_for(
            "admin.change_member", organization_id=organization_id, account_id=account_id
        ),
    )


def _new_page(form: Form) -> str:
    words = request.args.get("nom", "").replace("\0", "") or form.value("name")
    listed = listed_organizations(member_session(), user=signed_in(), words=words)
    return render_template(
        "admin/new_organization.html",
        form=form,
        words=words,
        choices=[
            *((str(each.organization_id), _named(each)) for each in listed),
            ("", gettext("Aucune de celles-là")),
        ],
        is_cut=len(listed) == MOST_SHOWN,
        departements=departement_choices(signed_in()),
        part=_part(),
    )


def _named(listed: Listed) -> str:
    """Return the name of a listed organisation, with what tells it from its namesakes."""
    parts = [listed.name, listed.city, listed.siret]
    if listed.takes_part:
        parts.append(gettext("prend déjà part aux orientations"))
    return " · ".join(part for part in parts if part)
