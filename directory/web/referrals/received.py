"""The inbox of a service whose people have accounts: what it received, what awaits its answer."""

from datetime import UTC, datetime

from flask import render_template

from directory.accounts.permissions import Permission
from directory.i18n import gettext
from directory.referrals.boards import SectionName, inbox
from directory.web.referrals.blueprint import blueprint
from directory.web.referrals.board import asked_pages, section_pages
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in


@blueprint.get("/orientations/recues", endpoint="received")
@requires(Permission.READ_REFERRALS)
def show_received() -> str:
    """Show the requests that the organisation received, by what is to be done about them."""
    session, user = member_session(), signed_in()
    found = inbox(session, user=user, at=datetime.now(UTC), pages=asked_pages())
    return render_template(
        "referrals/received.html",
        sections=section_pages(
            session, found, headings=_headings(), keyring=runtime().keyring, is_sender=False
        ),
        is_empty=found.is_empty,
        is_verified=user.is_verified,
        is_suspended=user.is_suspended,
    )


def _headings() -> dict[SectionName, tuple[str, str]]:
    return {
        SectionName.TO_DO: (
            gettext("À répondre"),
            gettext("Une équipe attend votre réponse, ou des nouvelles de la personne."),
        ),
        SectionName.OVERDUE: (
            gettext("En retard"),
            gettext("Un rappel est parti. Répondez, même non : la personne cherchera ailleurs."),
        ),
        SectionName.WAITING: (
            gettext("En cours"),
            gettext("Acceptées, sur liste d'attente, ou en attente d'une information."),
        ),
        SectionName.CLOSED: (gettext("Terminées"), gettext("Les plus récentes d'abord.")),
    }
